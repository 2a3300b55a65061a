using Microsoft.ML.KappaTune.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Models;

/// <summary>Models small enough for any number of tests, and texts for them.</summary>
internal static class SmallEncoder
{
    public static TheoryData<string> Families { get; } = [.. ModelFamilies.All.OfType<EncoderFamily>().Select(family => family.ModelType)];

    public static EncoderFamily Family(string modelType) => (EncoderFamily)ModelFamilies.Find(modelType)!;

    public static EncoderConfig Config(string family, string activation = "gelu") => Config(Family(family), activation);

    public static EncoderConfig Config(EncoderFamily family, string activation = "gelu") => new()
    {
        Family = family,
        VocabularySize = 30,
        HiddenSize = 16,
        LayerCount = 2,
        HeadCount = 4,
        IntermediateSize = 24,
        MaxTokens = 10,
        TypeVocabularySize = family == ModelFamilies.Bert ? 2 : family == ModelFamilies.DistilBert ? 0 : 1,
        PadTokenId = family.CountsPositionsAfterPadding ? 1 : 0,
        Activation = activation,
    };

    /// <summary>Values that make every parameter count; norms stay near 1.</summary>
    public static T Randomised<T>(T module, int seed = 1)
        where T : nn.Module
    {
        using var guard = no_grad();
        using var generator = new Generator((ulong)seed);
        foreach ((string name, Tensor parameter) in module.named_parameters())
        {
            parameter.normal_(0, 0.4, generator);
            if (name.EndsWith("orm.weight", StringComparison.Ordinal))
                parameter.add_(1);
        }

        return module;
    }

    /// <summary>Texts of several lengths in one batch: ids (none of them padding's), mask and types, [B, longest].</summary>
    public static (Tensor Ids, Tensor Mask, Tensor Types) Batch(EncoderConfig config, params long[] lengths)
    {
        var random = new Random(5);
        long[] shape = [lengths.Length, lengths.Max()];
        long[] ids = new long[shape[0] * shape[1]], mask = new long[ids.Length], types = new long[ids.Length];
        for (int text = 0; text < shape[0]; text++)
        {
            for (int i = 0; i < shape[1]; i++)
            {
                int at = text * (int)shape[1] + i;
                mask[at] = i < lengths[text] ? 1 : 0;
                ids[at] = mask[at] == 1 ? random.Next(2, config.VocabularySize) : config.PadTokenId;
                types[at] = mask[at] == 1 && i > lengths[text] / 2 && config.TypeVocabularySize > 1 ? 1 : 0;
            }
        }

        return (tensor(ids, shape), tensor(mask, shape), tensor(types, shape));
    }
}
