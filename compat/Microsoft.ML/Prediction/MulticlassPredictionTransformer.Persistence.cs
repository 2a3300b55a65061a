using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

[assembly: LoadableClass(
    typeof(MulticlassPredictionTransformer<MaximumEntropyModelParameters>), typeof(MulticlassPredictionTransformer), null,
    typeof(SignatureLoadModel), "Multiclass prediction", MulticlassPredictionTransformer.LoaderSignature)]

namespace Microsoft.ML.Data;

/// <summary>How a multiclass prediction is saved: its columns and labels in its own entry, the model in a folder.</summary>
internal static class MulticlassPredictionTransformer
{
    internal const string LoaderSignature = "MulticlassPredXfer";
    private const string ModelFolder = "Model";

    public static void Save(
        ModelSaveContext ctx, object model, string featureColumnName, DataViewType featureColumnType, LabelValues labels)
    {
        ctx.SetVersionInfo(GetVersionInfo());
        ctx.SaveModel((ICanSaveModel)model, ModelFolder);
        ctx.SaveNonEmptyString(featureColumnName);
        ctx.Writer.Write(featureColumnType.GetVectorSize());
        labels.Save(ctx.Writer);
    }

    public static MulticlassPredictionTransformer<MaximumEntropyModelParameters> Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        ctx.LoadModel<MaximumEntropyModelParameters, SignatureLoadModel>(env, out MaximumEntropyModelParameters model, ModelFolder);
        string feature = ctx.LoadNonEmptyString();
        int size = ctx.Reader.ReadInt32();
        LabelValues labels = LabelValues.Load(ctx.Reader);
        env.CheckDecode(
            size == ((IMulticlassScorer)model).FeatureCount && labels.Count == ((IMulticlassScorer)model).ClassCount, "Corrupt model file");
        return new(env, model, feature, new VectorDataViewType(NumberDataViewType.Single, size), labels);
    }

    private static VersionInfo GetVersionInfo() => new(
        modelSignature: "KTMCPRED",
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderAssemblyName: ModelAssembly.Name,
        loaderSignature: LoaderSignature);
}
