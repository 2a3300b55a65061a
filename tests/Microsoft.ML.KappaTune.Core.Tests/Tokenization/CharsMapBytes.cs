using System.Text;

namespace Microsoft.ML.KappaTune.Tests.Tokenization;

/// <summary>Writes SentencePiece's rules: a double-array trie, and the texts that replace what it finds.</summary>
internal static class CharsMapBytes
{
    public static byte[] Of(params (string From, string To)[] rules)
    {
        var nodes = new List<Dictionary<byte, int>> { new() };
        var values = new Dictionary<int, int>();
        using var texts = new MemoryStream();
        foreach ((string from, string to) in rules)
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

            values[node] = (int)texts.Length;
            texts.Write(Encoding.UTF8.GetBytes(to + "\0"));
        }

        // A block of 256 units for the children of each node, so that no two nodes are in each other's way.
        var units = new uint[(nodes.Count + 1) * 256];
        Place(node: 0, at: 0, label: 0);
        using var bytes = new MemoryStream();
        bytes.Write(BitConverter.GetBytes((uint)units.Length * 4));
        foreach (uint unit in units)
            bytes.Write(BitConverter.GetBytes(unit));
        bytes.Write(texts.ToArray());
        return bytes.ToArray();

        void Place(int node, uint at, uint label)
        {
            uint block = (uint)(node + 1) * 256;
            units[at] = (at ^ block) << 10 | label;
            if (values.TryGetValue(node, out int value))
            {
                units[at] |= 1 << 8;
                units[block] = 1u << 31 | (uint)value;
            }

            foreach ((byte next, int child) in nodes[node])
                Place(child, block ^ next, next);
        }
    }
}
