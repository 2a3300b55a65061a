using System.Runtime.InteropServices;
using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Adapters.Lora;

/// <summary>Small classifiers with random weights, and adapters on some of their layers.</summary>
internal static class LoraSample
{
    public const int Classes = 3;
    public const long Hidden = 16, Intermediate = 24;

    public const string Query = "bert.encoder.layer.0.attention.self.query", Output = "bert.encoder.layer.1.output.dense";

    public static readonly string[] Weights = [$"{Output}.weight", $"{Query}.weight"];

    public static readonly string[] Head = ["classifier.weight", "classifier.bias"];

    public static SequenceClassifier Model(
        EncoderFamily? family = null, long seed = 1, double dropout = 0, ScalarType dtype = ScalarType.Float32)
    {
        family ??= ModelFamilies.Bert;
        var config = new EncoderConfig
        {
            Family = family,
            VocabularySize = 40,
            HiddenSize = (int)Hidden,
            LayerCount = 2,
            HeadCount = 2,
            IntermediateSize = (int)Intermediate,
            MaxTokens = 12,
            TypeVocabularySize = family == ModelFamilies.DistilBert ? 0 : 2,
            PadTokenId = family.CountsPositionsAfterPadding ? 1 : 0,
            HiddenDropout = dropout,
            AttentionDropout = dropout,
            ClassifierDropout = dropout,
            // Wide enough for differences to show.
            InitializerRange = 0.3,
        };
        SequenceClassifier model = SequenceClassifier.Create(config, Classes, seed, dtype);
        model.eval();
        return model;
    }

    public static float[] Logits(SequenceClassifier model)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        Tensor ids = tensor(new long[] { 2, 7, 9, 3, 0, 2, 30, 31, 32, 3 }).view(2, 5);
        Tensor mask = tensor(new long[] { 1, 1, 1, 1, 0, 1, 1, 1, 1, 1 }).view(2, 5);
        return Values(model.Classify(ids, mask, null));
    }

    /// <summary>Values as training might leave them: B is no longer zero.</summary>
    public static void Train(LoraAdapters adapters, ulong seed = 5)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using var generator = new Generator(seed);
        foreach ((_, Parameter parameter) in adapters.Parameters)
            parameter.add_(empty(parameter.shape).normal_(0, 0.2, generator).to(parameter.dtype));
    }

    public static float[] Values(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return MemoryMarshal.Cast<byte, float>(tensor.detach().to(ScalarType.Float32).contiguous().bytes).ToArray();
    }

    public static Dictionary<string, byte[]> Bits(SequenceClassifier model) =>
        model.named_parameters().ToDictionary(named => named.name, named => named.parameter.detach().bytes.ToArray());

    /// <summary>A tensor to write, of these values.</summary>
    public static TensorSource Source(string name, long[] shape, float[] values, TensorDataType type = TensorDataType.Float32)
    {
        using Tensor stored = tensor(values).to(type switch
        {
            TensorDataType.Float64 => ScalarType.Float64,
            TensorDataType.Float16 => ScalarType.Float16,
            TensorDataType.BFloat16 => ScalarType.BFloat16,
            _ => ScalarType.Float32,
        });
        return TensorSource.FromBytes(name, type, shape, stored.bytes.ToArray());
    }

    /// <summary>So many values, none alike.</summary>
    public static float[] Some(long count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, (int)count).Select(_ => random.NextSingle() - 0.5f)];
    }
}
