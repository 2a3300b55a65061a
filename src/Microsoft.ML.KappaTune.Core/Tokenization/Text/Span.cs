namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>A part of a text, in UTF-16 units.</summary>
internal readonly record struct Span(int Start, int End)
{
    public int Length => End - Start;
}
