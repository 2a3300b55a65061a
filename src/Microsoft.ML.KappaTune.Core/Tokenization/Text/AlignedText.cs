namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>A part of a text, in UTF-16 units.</summary>
internal readonly record struct Span(int Start, int End)
{
    public int Length => End - Start;
}

/// <summary>
/// A text on its way through normalizers and pre-tokenizers, which remembers for each of its UTF-16 units which part of
/// the original text it comes from. It never holds half a surrogate pair.
/// </summary>
internal sealed class AlignedText
{
    private char[] _chars = new char[256];
    private int[] _starts = new int[256];
    private int[] _ends = new int[256];

    public int Length { get; private set; }

    public ReadOnlySpan<char> Chars => _chars.AsSpan(0, Length);

    public ReadOnlySpan<char> this[Span span] => _chars.AsSpan(span.Start, span.Length);

    public int Capacity => _chars.Length;

    /// <summary>Where in the original the unit begins.</summary>
    public int StartOf(int index) => _starts[index];

    /// <summary>Where in the original the unit ends.</summary>
    public int EndOf(int index) => _ends[index];

    public void Clear() => Length = 0;

    /// <summary>Becomes the original text itself; half a surrogate pair, which is no character, becomes U+FFFD.</summary>
    public void Load(ReadOnlySpan<char> original)
    {
        Length = 0;
        Reserve(original.Length);
        for (int i = 0; i < original.Length; i++)
        {
            char c = original[i];
            if (!char.IsSurrogate(c))
            {
                Set(i, c, i, i + 1);
            }
            else if (char.IsHighSurrogate(c) && i + 1 < original.Length && char.IsLowSurrogate(original[i + 1]))
            {
                Set(i, c, i, i + 2);
                Set(i + 1, original[i + 1], i, i + 2);
                i++;
            }
            else
            {
                Set(i, '\uFFFD', i, i + 1);
            }
        }

        Length = original.Length;
    }

    public void Append(char c, int start, int end)
    {
        Reserve(1);
        Set(Length++, c, start, end);
    }

    public void Append(Rune rune, int start, int end)
    {
        Span<char> units = stackalloc char[2];
        int count = rune.EncodeToUtf16(units);
        for (int i = 0; i < count; i++)
            Append(units[i], start, end);
    }

    public void Append(ReadOnlySpan<char> text, int start, int end)
    {
        foreach (char c in text)
            Append(c, start, end);
    }

    /// <summary>Appends a part of another text, with its alignment.</summary>
    public void Append(AlignedText source, int start, int end)
    {
        int count = end - start;
        Reserve(count);
        source._chars.AsSpan(start, count).CopyTo(_chars.AsSpan(Length));
        source._starts.AsSpan(start, count).CopyTo(_starts.AsSpan(Length));
        source._ends.AsSpan(start, count).CopyTo(_ends.AsSpan(Length));
        Length += count;
    }

    /// <summary>The character at a position, and how many units it has.</summary>
    public Rune RuneAt(int index, out int length)
    {
        char c = _chars[index];
        if (!char.IsSurrogate(c))
        {
            length = 1;
            return new Rune(c);
        }

        length = 2;
        return new Rune(c, _chars[index + 1]);
    }

    private void Set(int index, char c, int start, int end)
    {
        _chars[index] = c;
        _starts[index] = start;
        _ends[index] = end;
    }

    private void Reserve(int count)
    {
        if (Length + count <= _chars.Length)
            return;
        int size = Math.Max(Length + count, _chars.Length * 2);
        Array.Resize(ref _chars, size);
        Array.Resize(ref _starts, size);
        Array.Resize(ref _ends, size);
    }
}
