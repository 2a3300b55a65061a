using System.Text;

/// <summary>Small vocabularies, written out.</summary>
internal static class Vocabularies
{
    /// <summary>GPT-2's letter for each byte.</summary>
    public static readonly string[] Letters = [.. Enumerable.Range(0, 256).Select(Letter)];

    public static Stream Lines(params string[] tokens) => new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', tokens)));

    public static BertTokenizer Bert(BertOptions? options, params string[] tokens) =>
        BertTokenizer.Create(Lines(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", .. tokens]), options);

    /// <summary>All bytes, whose ids are their values, and what merges join them to, from 256 on.</summary>
    public static BpeOptions ByteLevel(params string[] merges)
    {
        IEnumerable<string> tokens = Letters.Concat(merges.Select(merge => merge.Replace(" ", "", StringComparison.Ordinal)));
        return new BpeOptions(tokens.Select((token, id) => KeyValuePair.Create(token, id)))
        {
            ByteLevel = true,
            Merges = merges,
            PreTokenizer = RobertaPreTokenizer.Instance,
        };
    }

    public static BpeOptions Plain(string[] tokens, params string[] merges) =>
        new(tokens.Select((token, id) => KeyValuePair.Create(token, id))) { Merges = merges };

    /// <summary>Each token as value[start..end].</summary>
    public static string Show(this IEnumerable<EncodedToken> tokens) =>
        string.Join(' ', tokens.Select(token => $"{token.Value}[{token.Offset.Start.Value}..{token.Offset.End.Value}]"));

    private static string Letter(int value)
    {
        bool visible = value is (>= 33 and <= 126) or (>= 161 and <= 172) or (>= 174 and <= 255);
        int hiddenBefore = Enumerable.Range(0, value).Count(other => other is not ((>= 33 and <= 126) or (>= 161 and <= 172) or (>= 174 and <= 255)));
        return ((char)(visible ? value : 256 + hiddenBefore)).ToString();
    }
}
