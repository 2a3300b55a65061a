using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Spectra;

namespace Microsoft.ML.KappaTune.TextEmbedding;

/// <summary>Checks options once, before anything is loaded.</summary>
internal static class EmbeddingOptionsCheck
{
    /// <summary>The two special tokens, and two of the text's own.</summary>
    private const int ShortestSequence = 4;

    /// <exception cref="ArgumentException">A value is out of range; the message names it, its property and what is allowed.</exception>
    public static void Validate(KappaTuneEmbeddingEstimator.Options options, bool needsModel)
    {
        const string Column = "the name of a column", Names = "Mean, FirstToken, or null for the model's own";
        Require(!needsModel || !string.IsNullOrWhiteSpace(options.Model), nameof(options.Model), "empty", "a model's folder or .zip file");
        Require(!string.IsNullOrEmpty(options.OutputColumnName), nameof(options.OutputColumnName), "empty", Column);
        Require(!string.IsNullOrEmpty(options.InputColumnName), nameof(options.InputColumnName), "empty", Column);
        Require(options.Pooling is not { } pooling || Enum.IsDefined(pooling), nameof(options.Pooling), options.Pooling ?? default, Names);
        Require(
            options.MaxSequenceLength is null or >= ShortestSequence, nameof(options.MaxSequenceLength), options.MaxSequenceLength ?? 0,
            $"{ShortestSequence} or more, or null for what the model takes");
        Require(options.BatchSize >= 1, nameof(options.BatchSize), options.BatchSize, "1 or more");
        Require(options.Threads >= 0, nameof(options.Threads), options.Threads, "0 or more");
        _ = DeviceName.Parse(options.Device, allowAuto: true);
    }

    private static void Require(bool holds, string property, object value, string allowed)
    {
        if (!holds)
            throw new ArgumentException(FormattableString.Invariant($"{property} is {value}; allowed is {allowed}."), property);
    }
}
