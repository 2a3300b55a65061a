using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using static TokenizerCases;

internal static class BertCases
{
    public static Action<JsonElement, Failures> Items(JsonElement file, string vocabulary, Failures failures)
    {
        BertOptions options = Options(file.GetProperty("options"));
        BertTokenizer tokenizer = BertTokenizer.Create(vocabulary, options);
        foreach (JsonProperty property in file.EnumerateObject())
            Property(tokenizer, property, failures);
        return (item, found) =>
        {
            int[] ids = [.. item.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())];
            // Through a variable of the base class there are no special tokens around the ids.
            TokenizerCases.Items(tokenizer, (name, value, text, list) => Field(tokenizer, name, value, text, ids, list))(item, found);
        };
    }

    private static BertOptions Options(JsonElement recorded)
    {
        var options = new BertOptions();
        foreach (JsonProperty option in recorded.EnumerateObject())
        {
            System.Reflection.PropertyInfo property = typeof(BertOptions).GetProperty(option.Name)!;
            property.SetValue(options, option.Value.Deserialize(property.PropertyType));
        }

        return options;
    }

    private static void Property(BertTokenizer tokenizer, JsonProperty property, Failures failures)
    {
        switch (property.Name)
        {
            case "call" or "items":
                break;
            case "options" or "ids" or "tokens":
                foreach (JsonProperty one in property.Value.EnumerateObject())
                    failures.Check(one.Name, one.Value, () => JsonSerializer.SerializeToNode(typeof(BertTokenizer).GetProperty(one.Name)!.GetValue(tokenizer)));
                break;
            case "SpecialTokens":
                failures.Check("SpecialTokens", property.Value, () => tokenizer.SpecialTokens is null
                    ? null
                    : new JsonArray([.. tokenizer.SpecialTokens.OrderBy(token => token.Value).Select(token => $"{token.Key}={token.Value}")]));
                break;
            case "normalizer":
                failures.Check("normalizer", property.Value, () => tokenizer.Normalizer?.GetType().Name);
                break;
            case "preTokenizer":
                failures.Check("preTokenizer", property.Value, () => tokenizer.PreTokenizer?.GetType().Name);
                break;
            default:
                failures.Add($"no check for the property '{property.Name}'");
                break;
        }
    }

    private static bool Field(BertTokenizer tokenizer, string name, JsonElement value, string text, int[] ids, Failures failures)
    {
        switch (name)
        {
            case "ids":
                failures.Check(name, value, () => Array(tokenizer.EncodeToIds(text)));
                failures.Check("ids of the span", value, () => Array(tokenizer.EncodeToIds(text.AsSpan())));
                break;
            case "idsWithoutSpecial":
                failures.Check(name, value, () => Array(tokenizer.EncodeToIds(text, addSpecialTokens: false)));
                failures.Check(name + " of the span", value, () => Array(tokenizer.EncodeToIds(text.AsSpan(), addSpecialTokens: false)));
                break;
            case "idsAsTokenizer":
                failures.Check(name, value, () => ((Tokenizer)tokenizer).EncodeToIds(text).SequenceEqual(tokenizer.EncodeToIds(text)));
                break;
            case "decodedSkipSpecial":
                failures.Check(name, value, () => tokenizer.Decode(ids, skipSpecialTokens: true));
                break;
            case "normalization off":
                failures.Check(name, value, () => Array(tokenizer.EncodeToIds(text, addSpecialTokens: true, considerPreTokenization: true, considerNormalization: false)));
                break;
            case "pre-tokenization off":
                failures.Check(name, value, () => Array(tokenizer.EncodeToIds(text, addSpecialTokens: true, considerPreTokenization: false, considerNormalization: true)));
                break;
            default:
                if (Regex.Match(name, "^max([0-9]+)(WithoutSpecial)?$") is not { Success: true } limited)
                    return false;
                failures.Check(name, value, () =>
                {
                    int max = int.Parse(limited.Groups[1].Value, CultureInfo.InvariantCulture);
                    IReadOnlyList<int> some = limited.Groups[2].Success
                        ? tokenizer.EncodeToIds(text, max, addSpecialTokens: false, out string? normalized, out int used)
                        : tokenizer.EncodeToIds(text, max, out normalized, out used);
                    return Limited(some, normalized, used, value);
                });
                break;
        }

        return true;
    }

    public static Action<JsonElement, Failures> Pairs(string vocabulary)
    {
        BertTokenizer tokenizer = BertTokenizer.Create(vocabulary);
        return (item, failures) =>
        {
            int[] first = item.GetProperty("a").Deserialize<int[]>()!;
            int[]? second = item.GetProperty("b").Deserialize<int[]?>();
            IReadOnlyList<int> built = tokenizer.BuildInputsWithSpecialTokens(first, second);
            foreach (JsonProperty field in item.EnumerateObject())
            {
                if (field.Name is not ("a" or "b"))
                    failures.Check(field.Name, field.Value, () => Pair(tokenizer, field.Name, first, second, built));
            }
        };
    }

    private static JsonNode? Pair(BertTokenizer tokenizer, string field, int[] first, int[]? second, IReadOnlyList<int> built) => field switch
    {
        "BuildInputsWithSpecialTokens" => Array(built),
        "CreateTokenTypeIdsFromSequences" => Array(tokenizer.CreateTokenTypeIdsFromSequences(first, second)),
        "GetSpecialTokensMask" => Array(tokenizer.GetSpecialTokensMask(first, second)),
        "GetSpecialTokensMask alreadyHasSpecialTokens" => Array(tokenizer.GetSpecialTokensMask(built, alreadyHasSpecialTokens: true)),
        "span overload, exact" => Built(tokenizer, first, second, built.Count),
        "span overload, one too short" => Built(tokenizer, first, second, built.Count - 1),
        "decoded" => tokenizer.Decode(built),
        "decodedSkipSpecial" => tokenizer.Decode(built, skipSpecialTokens: true),
        _ => $"no check for the field '{field}'",
    };

    private static JsonObject Built(BertTokenizer tokenizer, int[] first, int[]? second, int room)
    {
        int[] destination = new int[room];
        OperationStatus status = tokenizer.BuildInputsWithSpecialTokens(first, destination, out int written, second);
        return new JsonObject { ["status"] = status.ToString(), ["valuesWritten"] = written, ["values"] = Array(destination) };
    }
}
