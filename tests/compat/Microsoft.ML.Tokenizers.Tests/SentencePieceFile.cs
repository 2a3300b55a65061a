using System.Text;

/// <summary>Writes a SentencePiece model: the fields of its protocol buffer that matter here.</summary>
internal sealed class SentencePieceFile
{
    public const int Normal = 1, Unknown = 2, Control = 3, UserDefined = 4, Unused = 5, Byte = 6;

    private readonly MemoryStream _pieces = new();

    public bool Unigram { get; init; }

    public bool ByteFallback { get; init; }

    public bool AddDummyPrefix { get; init; } = true;

    public bool RemoveExtraWhitespaces { get; init; }

    /// <summary>The normalization rules: what is replaced, and by what.</summary>
    public (string From, string To)[] Rules { get; init; } = [];

    public SentencePieceFile Add(string text, float score, int type = Normal)
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
    public SentencePieceFile AddControls() => Add("<unk>", 0, Unknown).Add("<s>", 0, Control).Add("</s>", 0, Control);

    public SentencePieceFile AddBytes()
    {
        for (int value = 0; value < 256; value++)
            Add($"<0x{value:X2}>", 0, Byte);
        return this;
    }

    public byte[] ToArray()
    {
        using var file = new MemoryStream();
        file.Write(_pieces.ToArray());
        using var trainer = new MemoryStream();
        Number(trainer, 3, Unigram ? 1 : 2);
        Number(trainer, 35, ByteFallback ? 1 : 0);
        Bytes(file, 2, trainer.ToArray());
        using var normalizer = new MemoryStream();
        Bytes(normalizer, 1, "identity"u8);
        if (Rules.Length > 0)
            Bytes(normalizer, 2, CharsMap());
        Number(normalizer, 3, AddDummyPrefix ? 1 : 0);
        Number(normalizer, 4, RemoveExtraWhitespaces ? 1 : 0);
        Bytes(file, 3, normalizer.ToArray());
        return file.ToArray();
    }

    public Stream ToStream() => new MemoryStream(ToArray());

    // A double-array trie. Each node's children have 256 units of their own, so that no two nodes collide.
    private byte[] CharsMap()
    {
        var nodes = new List<Dictionary<byte, int>> { new() };
        var ends = new Dictionary<int, int>();
        using var replacements = new MemoryStream();
        foreach ((string from, string to) in Rules)
        {
            int node = 0;
            foreach (byte next in Encoding.UTF8.GetBytes(from))
            {
                if (!nodes[node].TryGetValue(next, out int child))
                {
                    nodes[node][next] = child = nodes.Count;
                    nodes.Add([]);
                }

                node = child;
            }

            ends[node] = (int)replacements.Length;
            replacements.Write(Encoding.UTF8.GetBytes(to + "\0"));
        }

        var units = new uint[(nodes.Count + 1) * 256];
        Fill(units, nodes, ends, node: 0, position: 0, label: 0);
        using var map = new MemoryStream();
        map.Write(BitConverter.GetBytes((uint)units.Length * 4));
        foreach (uint unit in units)
            map.Write(BitConverter.GetBytes(unit));
        map.Write(replacements.ToArray());
        return map.ToArray();
    }

    // The children of a node at position p are at p ^ offset ^ byte, its value at p ^ offset.
    private static void Fill(uint[] units, List<Dictionary<byte, int>> nodes, Dictionary<int, int> ends, int node, uint position, uint label)
    {
        uint children = (uint)(node + 1) * 256;
        units[position] = (position ^ children) << 10 | label;
        if (ends.TryGetValue(node, out int value))
        {
            units[position] |= 1 << 8;
            units[children] = 1u << 31 | (uint)value;
        }

        foreach ((byte next, int child) in nodes[node])
            Fill(units, nodes, ends, child, children ^ next, next);
    }

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
