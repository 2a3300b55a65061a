using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers.FastTree;

[assembly: LoadableClass(
    typeof(FastTreeBinaryModelParameters), null, typeof(SignatureLoadModel), "FastTree", FastTreeBinaryModelParameters.LoaderSignature)]

namespace Microsoft.ML.Trainers.FastTree;

/// <summary>Boosted trees for two classes; the score is the sum of the trees.</summary>
public sealed class FastTreeBinaryModelParameters : ICanSaveModel
{
    internal const string LoaderSignature = "FastTreeBinaryExec";

    private readonly DecisionTree[] _trees;

    internal FastTreeBinaryModelParameters(DecisionTree[] trees, int featureCount)
    {
        _trees = trees;
        FeatureCount = featureCount;
    }

    internal int FeatureCount { get; }

    internal float Score(in VBuffer<float> features)
    {
        ReadOnlySpan<float> dense = features.IsDense ? features.GetValues() : features.DenseValues().ToArray();
        double sum = 0;
        foreach (DecisionTree tree in _trees)
            sum += tree.Predict(dense);
        return (float)sum;
    }

    internal static FastTreeBinaryModelParameters Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        env.CheckValue(ctx, nameof(ctx));
        ctx.CheckAtModel(GetVersionInfo());
        int features = ctx.Reader.ReadInt32();
        env.CheckDecode(features > 0, "Corrupt model file");
        var trees = new DecisionTree[ModelLimits.ReadCount(ctx.Reader, sizeof(int) + sizeof(double))];
        for (int i = 0; i < trees.Length; i++)
            trees[i] = DecisionTree.Read(ctx.Reader, features);
        return new FastTreeBinaryModelParameters(trees, features);
    }

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        Contracts.CheckValue(ctx, nameof(ctx));
        ctx.CheckAtModel();
        ctx.SetVersionInfo(GetVersionInfo());
        ctx.Writer.Write(FeatureCount);
        ctx.Writer.Write(_trees.Length);
        foreach (DecisionTree tree in _trees)
            tree.Write(ctx.Writer);
    }

    private static VersionInfo GetVersionInfo() => new(
        modelSignature: "KTFTREEB",
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderAssemblyName: ModelAssembly.Name,
        loaderSignature: LoaderSignature);
}
