using System.Buffers;
using System.Text;

namespace Microsoft.ML.Tokenizers;

/// <summary>SentencePiece's handling of white space; special tokens stay as they are.</summary>
public sealed class SentencePieceNormalizer : Normalizer
{
    internal const char EscapedSpace = '\u2581';

    private readonly SpecialTokenFinder? _finder;
    private readonly bool _unigram;
    private readonly CharsMap? _rules;

    /// <summary>A normalizer of these settings.</summary>
    public SentencePieceNormalizer(
        bool removeExtraWhiteSpaces, bool addDummyPrefix, bool escapeWhiteSpaces, bool treatWhitespaceAsSuffix,
        IReadOnlyDictionary<string, int>? specialTokens)
        : this(removeExtraWhiteSpaces, addDummyPrefix, escapeWhiteSpaces, treatWhitespaceAsSuffix, specialTokens, unigram: false, rules: null)
    {
    }

    internal SentencePieceNormalizer(
        bool removeExtraWhiteSpaces, bool addDummyPrefix, bool escapeWhiteSpaces, bool treatWhitespaceAsSuffix,
        IReadOnlyDictionary<string, int>? specialTokens, bool unigram, CharsMap? rules)
    {
        RemoveExtraWhiteSpaces = removeExtraWhiteSpaces;
        AddDummyPrefix = addDummyPrefix;
        EscapeWhiteSpaces = escapeWhiteSpaces;
        TreatWhitespaceAsSuffix = treatWhitespaceAsSuffix;
        SpecialTokens = specialTokens;
        _finder = SpecialTokenFinder.For(specialTokens);
        _unigram = unigram;
        _rules = rules;
    }

    /// <summary>Whether spaces at both ends go, and of several spaces one stays.</summary>
    public bool RemoveExtraWhiteSpaces { get; }

    /// <summary>Whether a space is put before the text, or after it where <see cref="TreatWhitespaceAsSuffix"/>.</summary>
    public bool AddDummyPrefix { get; }

    /// <summary>Whether a space becomes U+2581.</summary>
    public bool EscapeWhiteSpaces { get; }

    /// <summary>Whether a space belongs to the word before it.</summary>
    public bool TreatWhitespaceAsSuffix { get; }

    /// <summary>The special tokens and their ids; null for none.</summary>
    public IReadOnlyDictionary<string, int>? SpecialTokens { get; }

    private char Space => EscapeWhiteSpaces ? EscapedSpace : ' ';

    /// <inheritdoc/>
    public override string Normalize(string original) => Normalize(original.AsSpan());

    /// <inheritdoc/>
    public override string Normalize(ReadOnlySpan<char> original)
    {
        if (_rules is not null)
            original = Map(original, _rules);
        if (RemoveExtraWhiteSpaces)
        {
            original = original.Trim(' ');
            // A single character counts as nothing, except to a unigram model: so does the library that this stands in for.
            if (original.Length == 1 && !_unigram)
                return "";
        }

        if (original.IsEmpty)
            return "";
        // Each character becomes at most one, besides a space before the text or after it.
        char[] buffer = ArrayPool<char>.Shared.Rent(original.Length + 1);
        string text = new(buffer, 0, Write(original, buffer));
        ArrayPool<char>.Shared.Return(buffer);
        return text;
    }

    private string Map(ReadOnlySpan<char> original, CharsMap rules)
    {
        var text = new StringBuilder(original.Length);
        int start = 0;
        while (_finder is not null && _finder.TryFind(original, start, out int offset, out int length))
        {
            text.Append(rules.Map(original[start..offset])).Append(original.Slice(offset, length));
            start = offset + length;
        }

        return text.Append(rules.Map(original[start..])).ToString();
    }

    private int Write(ReadOnlySpan<char> original, Span<char> text)
    {
        bool prefix = AddDummyPrefix && !TreatWhitespaceAsSuffix;
        int start = 0, written = 0;
        if (_finder is not null)
        {
            while (_finder.TryFind(original, start, out int offset, out int length))
            {
                Append(original[start..offset], text, ref written, ref prefix);
                original.Slice(offset, length).CopyTo(text[written..]);
                written += length;
                start = offset + length;
            }
        }

        Append(original[start..], text, ref written, ref prefix);
        if (RemoveExtraWhiteSpaces && _unigram)
            written = text[..written].TrimEnd(Space).Length;
        if (AddDummyPrefix && TreatWhitespaceAsSuffix)
            text[written++] = Space;
        return written;
    }

    private void Append(ReadOnlySpan<char> part, Span<char> text, ref int written, ref bool prefix)
    {
        if (part.IsEmpty)
            return;
        if (prefix)
            text[written++] = Space;
        prefix = false;
        bool afterSpace = false;
        foreach (char c in part)
        {
            bool isSpace = c == ' ';
            if (!isSpace)
                text[written++] = c;
            else if (!afterSpace || !RemoveExtraWhiteSpaces)
                text[written++] = Space;
            afterSpace = isSpace;
        }
    }
}
