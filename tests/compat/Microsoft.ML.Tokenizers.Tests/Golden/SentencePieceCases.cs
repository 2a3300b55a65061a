using System.Text.Json;
using System.Text.RegularExpressions;
using static TokenizerCases;

internal static class SentencePieceCases
{
    public static Action<JsonElement, Failures> Items(JsonElement file, string folder, Failures failures)
    {
        SentencePieceTokenizer tokenizer = Create(file.GetProperty("call").GetString()!, folder);
        foreach (JsonProperty property in file.GetProperty("properties").EnumerateObject())
        {
            failures.Check(property.Name, property.Value, () => property.Name switch
            {
                "vocabulary" => tokenizer.Vocabulary.Count,
                "normalizer" => tokenizer.Normalizer?.GetType().Name,
                _ => JsonSerializer.SerializeToNode(typeof(SentencePieceTokenizer).GetProperty(property.Name)!.GetValue(tokenizer)),
            });
        }

        return (item, found) =>
        {
            int[] ids = item.GetProperty("ids").Deserialize<int[]>()!;
            TokenizerCases.Items(tokenizer, (name, value, text, list) => Field(tokenizer, name, value, text, ids, list))(item, found);
        };
    }

    private static SentencePieceTokenizer Create(string call, string folder)
    {
        Match arguments = Regex.Match(call, @"^(\w+)\.Create\(([\w.]+\.model)(.*)\)$");
        Assert.True(arguments.Success, call);
        using FileStream model = File.OpenRead(Path.Combine(folder, arguments.Groups[2].Value));
        string rest = arguments.Groups[3].Value;
        MatchCollection flags = Regex.Matches(rest, @"\b(true|false)\b");
        bool begin = flags.Count == 0 || flags[0].Value == "true", end = flags.Count > 1 && flags[1].Value == "true";
        MatchCollection listed = Regex.Matches(rest, @"""([^""]+)"": (\d+)");
        Dictionary<string, int>? special = listed.Count == 0
            ? null
            : listed.ToDictionary(token => token.Groups[1].Value, token => int.Parse(token.Groups[2].Value));
        return arguments.Groups[1].Value == "LlamaTokenizer"
            ? LlamaTokenizer.Create(model, begin, end, special)
            : SentencePieceTokenizer.Create(model, begin, end, special);
    }

    private static bool Field(SentencePieceTokenizer tokenizer, string name, JsonElement value, string text, int[] ids, Failures failures)
    {
        switch (name)
        {
            case "idsWithoutBosEos":
                failures.Check(name, value, () => Array(tokenizer.EncodeToIds(text, false, false)));
                failures.Check(name + " of the span", value, () => Array(tokenizer.EncodeToIds(text.AsSpan(), false, false)));
                return true;
            case "decodedWithSpecial":
                failures.Check(name, value, () => tokenizer.Decode(ids, considerSpecialTokens: true));
                return true;
            default:
                return false;
        }
    }
}
