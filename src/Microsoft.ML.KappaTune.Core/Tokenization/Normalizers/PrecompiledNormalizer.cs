using System.Buffers.Binary;
using System.Globalization;

namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>
/// SentencePiece's rules as Hugging Face's tokenizers apply them, which isn't quite as SentencePiece does: to what a reader
/// sees as one character, if it is of less than six bytes and begins with a rule's sequence, else to each of its code points.
/// </summary>
internal sealed class PrecompiledNormalizer : INormalizer
{
    private const int LongestWhole = 5;

    private readonly CharsMap _map;

    // Whether the map leaves an ASCII character as it is; most texts are of such characters only.
    private readonly bool[] _isKept = new bool[128];

    public PrecompiledNormalizer(CharsMap map)
    {
        _map = map;
        for (int c = 0; c < _isKept.Length; c++)
            _isKept[c] = c != '\r' && (_map.Find([(char)c]) is not { } text || text == ((char)c).ToString());
    }

    public bool TryNormalize(AlignedText text, AlignedText target)
    {
        if (IsKept(text.Chars))
            return false;
        for (int i = 0, length; i < text.Length; i += length)
        {
            ReadOnlySpan<char> rest = text.Chars[i..];
            length = StringInfo.GetNextTextElementLength(rest);
            ReadOnlySpan<char> element = rest[..length];
            if (length <= LongestWhole && Encoding.UTF8.GetByteCount(element) <= LongestWhole && _map.Find(element) is { } whole)
                target.Append(whole, text.StartOf(i), text.EndOf(i + length - 1));
            else
                AppendEach(text, i, i + length, target);
        }

        return true;
    }

    private void AppendEach(AlignedText text, int start, int end, AlignedText target)
    {
        for (int i = start, length; i < end; i += length)
        {
            text.RuneAt(i, out length);
            if (_map.Find(text.Chars.Slice(i, length)) is { } mapped)
                target.Append(mapped, text.StartOf(i), text.EndOf(i));
            else
                target.Append(text, i, i + length);
        }
    }

    private bool IsKept(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (c >= _isKept.Length || !_isKept[c])
                return false;
        }

        return true;
    }
}

/// <summary>
/// The rules that a SentencePiece model brings along: a double-array trie of byte sequences, each with the place of what
/// replaces it in a block of texts that end with a zero.
/// </summary>
internal sealed class CharsMap
{
    private readonly uint[] _units;
    private readonly byte[] _block;

    private CharsMap(uint[] units, byte[] block)
    {
        _units = units;
        _block = block;
    }

    /// <summary>Reads the rules; null for bytes that are none.</summary>
    public static CharsMap? Read(ReadOnlySpan<byte> rules)
    {
        if (rules.Length < 8)
            return null;
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(rules);
        if (size > rules.Length - 4 || size < 4 || size % 4 != 0)
            return null;
        var units = new uint[size / 4];
        for (int i = 0; i < units.Length; i++)
            units[i] = BinaryPrimitives.ReadUInt32LittleEndian(rules[(4 + i * 4)..]);
        return new CharsMap(units, rules[(4 + (int)size)..].ToArray());
    }

    /// <summary>What replaces the shortest sequence that the characters begin with; null where they begin with none.</summary>
    public string? Find(ReadOnlySpan<char> characters)
    {
        Span<byte> utf8 = stackalloc byte[characters.Length * 3];
        int count = Encoding.UTF8.GetBytes(characters, utf8);
        uint node = Offset(_units[0]);
        foreach (byte next in utf8[..count])
        {
            node ^= next;
            // A unit has the byte that leads to it in its bits 0 to 7, and bit 31 where it is a value and no unit.
            if (next == 0 || node >= _units.Length || (_units[node] & 0x8000_00FF) != next)
                return null;
            uint unit = _units[node];
            node ^= Offset(unit);
            bool endsHere = (unit >> 8 & 1) != 0;
            if (endsHere)
                return node < _units.Length ? TextAt(_units[node] & 0x7FFF_FFFF) : null;
        }

        return null;
    }

    private string? TextAt(uint place)
    {
        if (place >= _block.Length)
            return null;
        ReadOnlySpan<byte> text = _block.AsSpan((int)place);
        int end = text.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? text : text[..end]);
    }

    // Bits 10 to 30, in steps of 256 where bit 9 is set.
    private static uint Offset(uint unit) => unit >> 10 << (int)((unit & 1 << 9) >> 6);
}
