using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Retention.Samples;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Retention;

/// <summary>
/// The samples of a control text for a base model, read and tokenized once. Probes of the whole text and of its halves are made from them.
/// </summary>
internal abstract class ControlSamples(HuggingFaceTokenizer tokenizer)
{
    /// <summary>All of them, in the order in which they are measured.</summary>
    public abstract IReadOnlyList<ControlSample> All { get; }

    /// <summary>The share of their tokens for which the tokenizer has none, special ones aside.</summary>
    public double UnknownShare
    {
        get
        {
            int[] tokens =
            [
                .. All.SelectMany(sample => sample.Ids).SelectMany(ids => ids)
                    .Where(id => id != tokenizer.ClassificationId && id != tokenizer.SeparatorId),
            ];
            return tokens.Length == 0 || tokenizer.UnknownId < 0 ? 0
                : (double)tokens.Count(id => id == tokenizer.UnknownId) / tokens.Length;
        }
    }

    /// <summary>Reads the text.</summary>
    /// <param name="baseModel">The checkpoint that training begins from.</param>
    /// <param name="most">Samples at most; they are taken evenly over the text.</param>
    /// <param name="settings">How to measure; the defaults are for all.</param>
    /// <exception cref="IOException">The text can't be read.</exception>
    /// <exception cref="FormatException">The text isn't UTF-8, or is too short.</exception>
    public static ControlSamples Read(
        Checkpoint baseModel, TransformerConfig config, HuggingFaceTokenizer tokenizer, ControlSource text, int most,
        RetentionSettings? settings = null) => config is DecoderConfig decoder
            ? new DecoderSamples(decoder, tokenizer, text, most, settings ?? new())
            : new EncoderSamples(baseModel, (EncoderConfig)config, tokenizer, text, most, settings ?? new());

    /// <summary>Makes a probe of the text or of a part of it; what is random in it comes from the same seed each time.</summary>
    /// <param name="part">The part; null for all of the text.</param>
    /// <param name="task">Rows of the task; null for none.</param>
    /// <exception cref="FormatException">There are too few samples for halves.</exception>
    public abstract RetentionProbe Probe(RetentionPart? part = null, IReadOnlyList<TaskText>? task = null);
}
