namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>Reads byte-pair merges: <c>"a b"</c>, <c>["a", "b"]</c>, or a line of <c>merges.txt</c> each.</summary>
internal static class MergesReader
{
    public static BpeMerges Read(JsonField node, Vocabulary vocabulary, string continuationPrefix)
    {
        JsonField[] items = [.. node.Items()];
        var merges = new BpeMerges(items.Length);
        int rank = 0;
        foreach (JsonField item in items)
        {
            if (item.Kind == System.Text.Json.JsonValueKind.Array)
            {
                JsonField[] pair = [.. item.Items()];
                if (pair.Length != 2)
                    throw item.Fault("it isn't a pair of tokens");
                Add(merges, rank++, pair[0].Text(), pair[1].Text(), vocabulary, continuationPrefix, item.Fault);
            }
            else if (!IsVersion(item.Text()))
            {
                AddLine(merges, rank++, item.Text(), vocabulary, continuationPrefix, item.Fault);
            }
        }

        return merges;
    }

    /// <summary>Reads the lines of a file, of which the first may name a version.</summary>
    public static BpeMerges Read(
        IReadOnlyList<string> lines, Vocabulary vocabulary, Func<int, Func<string, CheckpointFormatException>> faultAt)
    {
        var merges = new BpeMerges(lines.Count);
        int rank = 0;
        for (int i = 0; i < lines.Count; i++)
        {
            if (!IsVersion(lines[i]) && lines[i].Length > 0)
                AddLine(merges, rank++, lines[i], vocabulary, "", faultAt(i));
        }

        return merges;
    }

    private static bool IsVersion(string line) => line.StartsWith("#version", StringComparison.Ordinal);

    private static void AddLine(
        BpeMerges merges, int rank, string line, Vocabulary vocabulary, string prefix, Func<string, CheckpointFormatException> fault)
    {
        if (line.Split(' ') is not [var left, var right])
            throw fault("it isn't a pair of tokens");
        Add(merges, rank, left, right, vocabulary, prefix, fault);
    }

    private static void Add(
        BpeMerges merges,
        int rank,
        string left,
        string right,
        Vocabulary vocabulary,
        string prefix,
        Func<string, CheckpointFormatException> fault)
    {
        string merged = left + (right.StartsWith(prefix, StringComparison.Ordinal) ? right[prefix.Length..] : right);
        merges.Add(rank, Id(left), Id(right), Id(merged));

        int Id(string token) => vocabulary.IdOf(token) is var id and >= 0
            ? id
            : throw fault($"the merge of \"{left}\" and \"{right}\" needs \"{token}\", which isn't in the vocabulary");
    }
}
