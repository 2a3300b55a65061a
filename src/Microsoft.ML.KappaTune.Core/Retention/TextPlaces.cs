using System.Buffers;
using System.Text.Unicode;

namespace Microsoft.ML.KappaTune.Retention;

/// <summary>Reads a control text at places that are spread evenly over it, no part of it twice.</summary>
/// <param name="bytes">Read at each place at most.</param>
internal sealed class TextPlaces(ControlSource source, int bytes) : IDisposable
{
    private readonly Stream _stream = source.Open();
    private readonly byte[] _buffer = new byte[bytes];
    private long _position;

    /// <summary>
    /// The characters from a place on, or from the end of what was consumed where that is further, so that long pieces don't overlap.
    /// </summary>
    /// <param name="index">The place, from 0.</param>
    /// <param name="isWithin">Whether the text there may begin within a word or a sentence.</param>
    /// <exception cref="FormatException">It isn't UTF-8.</exception>
    public string At(int index, int count, out bool isWithin)
    {
        long place = (long)((Int128)_stream.Length * index / count);
        isWithin = place > _position;
        _position = Math.Max(place, _position);
        _stream.Position = _position;
        int length = _stream.ReadAtLeast(_buffer, _buffer.Length, throwOnEndOfStream: false);
        int start = 0;
        while (_position > 0 && start < Math.Min(3, length) && (_buffer[start] & 0xC0) == 0x80)
            start++;
        _position += start;
        char[] text = new char[length];
        OperationStatus status = Utf8.ToUtf16(
            _buffer.AsSpan(start, length - start), text, out int read, out int written, replaceInvalidSequences: false,
            isFinalBlock: _position + length - start >= _stream.Length);
        if (status == OperationStatus.InvalidData)
            throw new FormatException($"{source.Name} isn't UTF-8 text: the byte at {_position + read} is part of no character.");
        string result = new(text, 0, written);
        // The byte order mark that some editors put first.
        int mark = _position == 0 && result.StartsWith('\uFEFF') ? 1 : 0;
        Consume(result, mark);
        return result[mark..];
    }

    /// <summary>Marks characters at the beginning of the text that was read last as consumed, so that they aren't read again.</summary>
    public void Consume(string text, int length) => _position += Encoding.UTF8.GetByteCount(text.AsSpan(0, length));

    public void Dispose() => _stream.Dispose();
}
