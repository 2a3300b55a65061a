namespace Microsoft.ML.KappaTune.Tasks.LanguageModels;

/// <summary>
/// A text as a ring of tokens, cut into windows of one length that follow each other. Windows run over the ends of paragraphs, so that
/// nothing is padded. The first window may begin anywhere.
/// </summary>
/// <param name="tokens">The text, without special tokens; one or more.</param>
/// <param name="length">Tokens of a window; of a shorter text, its only window has all.</param>
internal sealed class TokenWindows(int[] tokens, int length)
{
    public int TokenCount => tokens.Length;

    /// <summary>Tokens of a window.</summary>
    public int Length { get; } = Math.Min(length, tokens.Length);

    /// <summary>Windows of the text.</summary>
    public int Count => tokens.Length / Length;

    /// <summary>Copies what a window begins with, as much as the span holds.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> - 1.</param>
    /// <param name="first">Where window 0 begins.</param>
    /// <param name="destination">At most <see cref="Length"/> tokens.</param>
    public void Copy(int index, int first, Span<int> destination)
    {
        int begin = (int)((first + (long)index * Length) % tokens.Length);
        int untilEnd = Math.Min(destination.Length, tokens.Length - begin);
        tokens.AsSpan(begin, untilEnd).CopyTo(destination);
        tokens.AsSpan(0, destination.Length - untilEnd).CopyTo(destination[untilEnd..]);
    }
}
