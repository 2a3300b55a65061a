using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

[assembly: LoadableClass(
    typeof(MaximumEntropyModelParameters), null, typeof(SignatureLoadModel), "Maximum entropy",
    MaximumEntropyModelParameters.LoaderSignature)]

namespace Microsoft.ML.Trainers;

/// <summary>
/// A multinomial logistic regression: the probabilities of the classes are the softmax of linear functions of the features.
/// </summary>
public sealed class MaximumEntropyModelParameters : LinearMulticlassModelParametersBase, IMulticlassScorer
{
    internal const string LoaderSignature = "MultiClassLRExec";

    internal MaximumEntropyModelParameters(float[][] weights, float[] biases) : base(weights, biases)
    {
    }

    int IMulticlassScorer.ClassCount => Biases.Length;

    int IMulticlassScorer.FeatureCount => Weights[0].Length;

    void IMulticlassScorer.Score(in VBuffer<float> features, Span<float> scores)
    {
        Span<double> logits = stackalloc double[Math.Min(Biases.Length, 256)];
        if (logits.Length < Biases.Length)
            logits = new double[Biases.Length];
        for (int c = 0; c < logits.Length; c++)
            logits[c] = Biases[c] + Linear.Dot(features, Weights[c]);
        Linear.Softmax(logits);
        for (int c = 0; c < logits.Length; c++)
            scores[c] = (float)logits[c];
    }

    /// <summary>From the biases of all classes followed by the weights, class by class.</summary>
    internal static MaximumEntropyModelParameters FromParameters(double[] x, int classes)
    {
        float[] values = Array.ConvertAll(x, v => (float)v);
        return new([.. values.Skip(classes).Chunk(Math.Max(1, values.Length / classes - 1))], values[..classes]);
    }

    internal double[] ToParameters(int classes, int features)
    {
        Contracts.CheckParam(
            Biases.Length == classes && Weights[0].Length == features, "modelParameters",
            "The model has other classes or features than the data");
        return [.. Biases.Concat(Weights.SelectMany(w => w))];
    }

    internal static MaximumEntropyModelParameters Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        env.CheckValue(ctx, nameof(ctx));
        ctx.CheckAtModel(GetVersionInfo());
        int classes = ModelLimits.ReadCount(ctx.Reader, sizeof(float));
        env.CheckDecode(classes > 0, "Corrupt model file");
        int features = ctx.Reader.ReadInt32();
        env.CheckDecode(features >= 0 && (long)features * classes * sizeof(float) <= ctx.Reader.BaseStream.Length, "Corrupt model file");
        float[] biases = Floats(classes);
        var weights = new float[classes][];
        for (int c = 0; c < classes; c++)
            weights[c] = Floats(features);
        return new MaximumEntropyModelParameters(weights, biases);

        float[] Floats(int count)
        {
            var values = new float[count];
            for (int i = 0; i < count; i++)
                values[i] = ctx.Reader.ReadSingle();
            return values;
        }
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(GetVersionInfo());
        ctx.Writer.Write(Biases.Length);
        ctx.Writer.Write(Weights[0].Length);
        foreach (float bias in Biases)
            ctx.Writer.Write(bias);
        foreach (float weight in Weights.SelectMany(w => w))
            ctx.Writer.Write(weight);
    }

    private static VersionInfo GetVersionInfo() => new(
        modelSignature: "KTMAXENT",
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderAssemblyName: ModelAssembly.Name,
        loaderSignature: LoaderSignature);
}
