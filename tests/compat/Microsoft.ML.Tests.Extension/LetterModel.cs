namespace Microsoft.ML.Tests.Extension;

/// <summary>A toy text classifier: how often each class uses each letter.</summary>
public sealed class LetterModel(string[] labels, float[] weights)
{
    public const int Letters = 26;

    public string[] Labels { get; } = labels;

    /// <summary>[labels × letters]</summary>
    public float[] Weights { get; } = weights;

    public void Score(ReadOnlySpan<char> text, Span<float> scores)
    {
        scores.Clear();
        foreach (char c in text)
        {
            int letter = char.ToLowerInvariant(c) - 'a';
            for (int label = 0; label < scores.Length && letter is >= 0 and < Letters; label++)
                scores[label] += Weights[label * Letters + letter];
        }
    }
}
