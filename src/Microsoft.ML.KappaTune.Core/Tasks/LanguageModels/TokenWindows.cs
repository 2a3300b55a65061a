namespace Microsoft.ML.KappaTune.Tasks.LanguageModels;

/// <summary>
/// A text as a ring of tokens, cut into windows of one length that follow each other. Windows run over the ends of paragraphs, so that
/// nothing is padded. The first window may begin anywhere.
/// </summary>
internal sealed class TokenWindows
{
    private readonly int[] _tokens;

    /// <param name="tokens">The text, without special tokens; one or more.</param>
    /// <param name="length">Tokens of a window; of a shorter text, its only window has all.</param>
    public TokenWindows(int[] tokens, int length)
    {
        _tokens = tokens;
        Length = Math.Min(length, tokens.Length);
        Count = tokens.Length / Length;
    }

    public int TokenCount => _tokens.Length;

    /// <summary>Tokens of a window.</summary>
    public int Length { get; }

    /// <summary>Windows of the text.</summary>
    public int Count { get; }

    /// <summary>Copies what a window begins with, as much as the span holds.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> - 1.</param>
    /// <param name="first">Where window 0 begins.</param>
    /// <param name="destination">At most <see cref="Length"/> tokens.</param>
    public void Copy(int index, int first, Span<int> destination)
    {
        int begin = (int)((first + (long)index * Length) % _tokens.Length);
        int untilEnd = Math.Min(destination.Length, _tokens.Length - begin);
        _tokens.AsSpan(begin, untilEnd).CopyTo(destination);
        _tokens.AsSpan(0, destination.Length - untilEnd).CopyTo(destination[untilEnd..]);
    }
}
