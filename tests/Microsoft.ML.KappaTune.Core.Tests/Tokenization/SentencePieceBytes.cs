using System.Text;

namespace Microsoft.ML.KappaTune.Tests.Tokenization;

/// <summary>Writes a SentencePiece model: the fields of its protocol buffer that matter here.</summary>
internal sealed class SentencePieceBytes
{
    public const int Normal = 1, Unknown = 2, Control = 3, UserDefined = 4, Unused = 5, Byte = 6;

    private readonly MemoryStream _pieces = new();

    public bool Unigram { get; init; }

    public bool ByteFallback { get; init; }

    public bool AddDummyPrefix { get; init; } = true;

    public bool RemoveExtraWhitespaces { get; init; }

    /// <summary>The normalization rules: what is replaced, and by what.</summary>
    public (string From, string To)[] Rules { get; init; } = [];

    public SentencePieceBytes Add(string text, float score, int type = Normal)
    {
        using var piece = new MemoryStream();
        Bytes(piece, 1, Encoding.UTF8.GetBytes(text));
        piece.WriteByte(2 << 3 | 5);
        piece.Write(BitConverter.GetBytes(score));
        Number(piece, 3, type);
        Bytes(_pieces, 1, piece.ToArray());
        return this;
    }

    /// <summary>The pieces that come first: unknown, beginning, end.</summary>
    public SentencePieceBytes AddControls() => Add("<unk>", 0, Unknown).Add("<s>", 0, Control).Add("</s>", 0, Control);

    public SentencePieceBytes AddBytes()
    {
        for (int value = 0; value < 256; value++)
            Add($"<0x{value:X2}>", 0, Byte);
        return this;
    }

    /// <param name="algorithm">Another number than those of unigram and BPE.</param>
    public byte[] ToArray(int? algorithm = null)
    {
        using var file = new MemoryStream();
        file.Write(_pieces.ToArray());
        using var trainer = new MemoryStream();
        Number(trainer, 3, algorithm ?? (Unigram ? 1 : 2));
        Number(trainer, 35, ByteFallback ? 1 : 0);
        Bytes(file, 2, trainer.ToArray());
        using var normalizer = new MemoryStream();
        Bytes(normalizer, 1, "identity"u8);
        if (Rules.Length > 0)
            Bytes(normalizer, 2, CharsMapBytes.Of(Rules));
        Number(normalizer, 3, AddDummyPrefix ? 1 : 0);
        Number(normalizer, 4, RemoveExtraWhitespaces ? 1 : 0);
        Bytes(file, 3, normalizer.ToArray());
        return file.ToArray();
    }

    public Stream ToStream() => new MemoryStream(ToArray());

    private static void Number(Stream to, int field, int value)
    {
        Varint(to, (uint)field << 3);
        Varint(to, (uint)value);
    }

    private static void Bytes(Stream to, int field, ReadOnlySpan<byte> content)
    {
        Varint(to, (uint)field << 3 | 2);
        Varint(to, (uint)content.Length);
        to.Write(content);
    }

    private static void Varint(Stream to, uint value)
    {
        for (; value > 127; value >>= 7)
            to.WriteByte((byte)(value | 128));
        to.WriteByte((byte)value);
    }
}
