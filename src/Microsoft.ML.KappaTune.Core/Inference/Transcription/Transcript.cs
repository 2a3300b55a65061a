namespace Microsoft.ML.KappaTune.Inference;

/// <summary>What a model heard.</summary>
/// <param name="Text">The words, without blanks around them.</param>
/// <param name="Tokens">Tokens of the text, an end token included; not those that came again and again.</param>
/// <param name="LogLikelihood">The sum of the logarithms of their probabilities.</param>
/// <param name="Silence">The probability that the text ends before its first word.</param>
/// <param name="Stop">Why the text ended.</param>
/// <param name="IsRepetitive">Whether it ended because one piece came again and again, of which it has the first alone.</param>
internal sealed record Transcript(string Text, int Tokens, double LogLikelihood, double Silence, GenerationStop Stop, bool IsRepetitive)
{
    /// <summary>The mean of the logarithms of the tokens' probabilities: how sure the model is.</summary>
    public double MeanLogLikelihood => LogLikelihood / Tokens;
}
