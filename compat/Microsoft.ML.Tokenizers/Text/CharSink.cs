using System.Buffers;
using System.Text;

namespace Microsoft.ML.Tokenizers;

/// <summary>
/// Where decoding writes: a caller's span, which can be too small, or a growing buffer. Bytes of a token may be part of
/// a character, so they wait until the character is complete or known to be invalid.
/// </summary>
internal ref struct CharSink
{
    private Span<char> _chars;
    private char[]? _rented;
    private readonly bool _grows;
    private uint _pending;
    private int _pendingCount;

    /// <summary>A sink that writes to <paramref name="destination"/>.</summary>
    public CharSink(Span<char> destination) => _chars = destination;

    /// <summary>A sink that grows; <see cref="Finish"/> gives its text.</summary>
    public CharSink() => _grows = true;

    public int Length { get; private set; }

    /// <summary>Whether every byte so far is part of a written character.</summary>
    public readonly bool IsComplete => _pendingCount == 0;

    /// <summary>Appends text; false where there is no room for it.</summary>
    public bool TryAppend(scoped ReadOnlySpan<char> text)
    {
        if (!TryFlush() || !Reserve(text.Length))
            return false;
        text.CopyTo(_chars[Length..]);
        Length += text.Length;
        return true;
    }

    /// <summary>Appends text with each <paramref name="old"/> as <paramref name="with"/>; false where there is no room for it.</summary>
    public bool TryAppend(scoped ReadOnlySpan<char> text, char old, char with)
    {
        if (!TryAppend(text))
            return false;
        Span<char> appended = _chars.Slice(Length - text.Length, text.Length);
        for (int i = 0; i < appended.Length; i++)
        {
            if (appended[i] == old)
                appended[i] = with;
        }

        return true;
    }

    /// <summary>Appends one byte of UTF-8; false where there is no room for the characters it completes.</summary>
    public bool TryAppend(byte next)
    {
        Span<byte> bytes = [(byte)_pending, (byte)(_pending >> 8), (byte)(_pending >> 16), 0];
        bytes[_pendingCount++] = next;
        int count = _pendingCount;
        while (count > 0)
        {
            OperationStatus status = Rune.DecodeFromUtf8(bytes[..count], out Rune rune, out int used);
            if (status == OperationStatus.NeedMoreData)
                break;
            if (!Append(rune))
                return false;
            bytes[used..].CopyTo(bytes);
            count -= used;
        }

        _pendingCount = count;
        _pending = (uint)(bytes[0] | bytes[1] << 8 | bytes[2] << 16);
        return true;
    }

    /// <summary>Writes U+FFFD for an unfinished character; false where there is no room for it.</summary>
    public bool TryFlush()
    {
        if (_pendingCount == 0)
            return true;
        _pendingCount = 0;
        return Append(Rune.ReplacementChar);
    }

    /// <summary>The text of a growing sink, which may not be used after.</summary>
    public string Finish()
    {
        TryFlush();
        string text = _chars[..Length].ToString();
        if (_rented is not null)
            ArrayPool<char>.Shared.Return(_rented);
        return text;
    }

    private bool Append(Rune rune)
    {
        if (!Reserve(rune.Utf16SequenceLength))
            return false;
        Length += rune.EncodeToUtf16(_chars[Length..]);
        return true;
    }

    private bool Reserve(int count)
    {
        if (_chars.Length - Length >= count)
            return true;
        if (!_grows)
            return false;
        char[] larger = ArrayPool<char>.Shared.Rent(Math.Max(256, Math.Max(_chars.Length * 2, Length + count)));
        _chars[..Length].CopyTo(larger);
        if (_rented is not null)
            ArrayPool<char>.Shared.Return(_rented);
        _chars = _rented = larger;
        return true;
    }
}
