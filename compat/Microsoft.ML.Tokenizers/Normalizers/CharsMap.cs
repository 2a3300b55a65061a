using System.Buffers.Binary;
using System.Text;

namespace Microsoft.ML.Tokenizers;

/// <summary>
/// The rules that a SentencePiece model brings along: a double-array trie of byte sequences, each with the place of what
/// replaces it. The longest sequence at a place counts; a character that begins none stays.
/// </summary>
internal sealed class CharsMap
{
    private readonly uint[] _units;
    private readonly byte[] _replacements;

    private CharsMap(uint[] units, byte[] replacements)
    {
        _units = units;
        _replacements = replacements;
    }

    /// <summary>The rules of a model; null where it has none.</summary>
    public static CharsMap? Read(ReadOnlySpan<byte> rules)
    {
        if (rules.IsEmpty)
            return null;
        uint size = rules.Length < 4 ? uint.MaxValue : BinaryPrimitives.ReadUInt32LittleEndian(rules);
        if (size > rules.Length - 4 || size < 4 || size % 4 != 0)
            throw new InvalidDataException("The SentencePiece model's normalization rules are cut off or no rules.");
        var units = new uint[size / 4];
        for (int i = 0; i < units.Length; i++)
            units[i] = BinaryPrimitives.ReadUInt32LittleEndian(rules[(4 + i * 4)..]);
        return new CharsMap(units, rules[(4 + (int)size)..].ToArray());
    }

    public string Map(ReadOnlySpan<char> text)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes);
        using var mapped = new MemoryStream(bytes.Length);
        for (ReadOnlySpan<byte> rest = bytes; rest.Length > 0;)
        {
            if (TryMatch(rest, out int length, out int place))
            {
                ReadOnlySpan<byte> replacement = _replacements.AsSpan(place);
                int end = replacement.IndexOf((byte)0);
                mapped.Write(end < 0 ? replacement : replacement[..end]);
            }
            else
            {
                Rune.DecodeFromUtf8(rest, out _, out length);
                mapped.Write(rest[..length]);
            }

            rest = rest[length..];
        }

        return Encoding.UTF8.GetString(mapped.GetBuffer(), 0, (int)mapped.Length);
    }

    // A unit has the label of the byte that leads to it in bits 0 to 7 and 31, whether a sequence ends at it in bit 8, and in
    // bits 9 to 30 what to combine with a byte to get to the next unit; the unit of an end has its value instead.
    private bool TryMatch(ReadOnlySpan<byte> bytes, out int length, out int place)
    {
        length = place = 0;
        uint node = Offset(_units[0]);
        for (int i = 0; i < bytes.Length; i++)
        {
            node ^= bytes[i];
            if (node >= _units.Length || (_units[node] & 0x8000_00FF) != bytes[i])
                break;
            uint unit = _units[node];
            node ^= Offset(unit);
            if ((unit >> 8 & 1) == 0 || node >= _units.Length)
                continue;
            uint value = _units[node] & 0x7FFF_FFFF;
            if (value < _replacements.Length)
                (length, place) = (i + 1, (int)value);
        }

        return length > 0;
    }

    private static uint Offset(uint unit) => unit >> 10 << (int)((unit & 1 << 9) >> 6);
}
