using System.Text.Json.Serialization;

namespace Microsoft.ML.KappaTune;

/// <summary>What a model does on the whole validation set.</summary>
/// <param name="Loss">
/// Mean cross-entropy in nats, every row the same and without label smoothing; of a language model, every token that counts the same.
/// </param>
/// <param name="MicroAccuracy">
/// The share of rows whose class was found, 0 to 1; of a language model, of the tokens that count those that it would have chosen.
/// </param>
/// <param name="MacroAccuracy">
/// The mean over the classes that occur of the share of their rows that were found, 0 to 1; of a language model, the mean over rows of the
/// share of their tokens.
/// </param>
public sealed record ValidationResult(
    [property: JsonRequired] double Loss, [property: JsonRequired] double MicroAccuracy, [property: JsonRequired] double MacroAccuracy)
{
    /// <summary>
    /// Of a model that hears, the errors of what it writes of the rows, in at most 8 more than twice as many tokens as the longest of the
    /// right transcripts has; null of other models, and absent in their files.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TranscriptErrors? Transcripts { get; init; }

    /// <summary>e to the power of <see cref="Loss"/>, of a language model: 1 is certainty, the vocabulary's size chance.</summary>
    [JsonIgnore]
    public double Perplexity => Math.Exp(Loss);

    /// <summary>What a metric says of it, as a number that is better if higher.</summary>
    internal double ValueOf(ValidationMetric metric) => metric switch
    {
        ValidationMetric.Loss => -Loss,
        ValidationMetric.MicroAccuracy => MicroAccuracy,
        ValidationMetric.MacroAccuracy => MacroAccuracy,
        _ => -Transcripts!.Value.Words.Value,
    };
}
