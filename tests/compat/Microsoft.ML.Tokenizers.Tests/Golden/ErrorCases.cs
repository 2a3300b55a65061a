using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using static TokenizerCases;

/// <summary>Bad and unusual calls, each of which is written out in its item.</summary>
internal static class ErrorCases
{
    public static Action<JsonElement, Failures> Items(JsonElement file, string folder)
    {
        bool bert = file.GetProperty("items").EnumerateArray().Any(item => Call(item).StartsWith("BertTokenizer.", StringComparison.Ordinal));
        return (item, failures) =>
            failures.Check("result", item.GetProperty("result"), () => Anonymous(folder, () => bert ? Bert(item, folder) : Bpe(Call(item), folder)));
    }

    private static string Call(JsonElement item) => item.GetProperty("call").GetString()!;

    // The record has <dir> for the folder of its files.
    private static JsonNode? Anonymous(string folder, Func<JsonNode?> call)
    {
        try
        {
            return call();
        }
        catch (Exception e) when (e.Message.Contains(folder, StringComparison.Ordinal))
        {
            return new JsonObject { ["error"] = $"{e.GetType()}: {e.Message.Replace(folder, "<dir>", StringComparison.Ordinal)}" };
        }
    }

    private static JsonNode? Bert(JsonElement item, string folder)
    {
        string call = Call(item);
        string vocabulary = Path.Combine(folder, "vocab.txt");
        if (item.TryGetProperty("vocabulary", out JsonElement content))
            return BertOfStream(call, content.GetString()!);
        if (Regex.Match(call, @"^EncodeToIds\(""(.*)"", (-?\d+), (?:addSpecialTokens: (\w+), )?out normalizedText, out charsConsumed\)$") is { Success: true } limited)
        {
            BertTokenizer tokenizer = BertTokenizer.Create(vocabulary);
            string text = limited.Groups[1].Value;
            int max = int.Parse(limited.Groups[2].Value, CultureInfo.InvariantCulture);
            return Array(limited.Groups[3].Success
                ? tokenizer.EncodeToIds(text, max, limited.Groups[3].Value == "true", out _, out _)
                : tokenizer.EncodeToIds(text, max, out _, out _));
        }

        return call switch
        {
            "BertTokenizer.Create(path of a file that is not there)" => Created(BertTokenizer.Create(Path.Combine(folder, "none.txt"))),
            "BertTokenizer.Create((string)null)" => Created(BertTokenizer.Create((string)null!)),
            "BertTokenizer.Create(\"\")" => Created(BertTokenizer.Create("")),
            "BertTokenizer.Create((Stream)null)" => Created(BertTokenizer.Create((Stream)null!)),
            "EncodeToIds(null)" => Array(BertTokenizer.Create(vocabulary).EncodeToIds((string)null!)),
            "CountTokens(null)" => BertTokenizer.Create(vocabulary).CountTokens((string)null!),
            "BuildInputsWithSpecialTokens(null)" => Array(BertTokenizer.Create(vocabulary).BuildInputsWithSpecialTokens(null!)),
            "CreateTokenTypeIdsFromSequences(null)" => Array(BertTokenizer.Create(vocabulary).CreateTokenTypeIdsFromSequences(null!)),
            "GetSpecialTokensMask(null)" => Array(BertTokenizer.Create(vocabulary).GetSpecialTokensMask(null!)),
            _ => OfAll(BertTokenizer.Create(vocabulary), call),
        };
    }

    private static JsonArray BertOfStream(string call, string vocabulary)
    {
        Match parts = Regex.Match(call, @"^BertTokenizer\.Create\(stream(?:, \{ (\w+) = (.*) \})?\)\.EncodeToIds\(""(.*)""\)$");
        Assert.True(parts.Success, $"No check for {call}.");
        var options = new BertOptions();
        if (parts.Groups[1].Success)
            Set(options, parts.Groups[1].Value, parts.Groups[2].Value);
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(vocabulary));
        return Array(BertTokenizer.Create(stream, options).EncodeToIds(parts.Groups[3].Value));
    }

    private static JsonNode? Bpe(string call, string folder)
    {
        string vocabulary = Path.Combine(folder, "vocab.json"), merges = Path.Combine(folder, "merges.txt");
        switch (call)
        {
            case "EncodeToIds(null)":
                return Array(BpeTokenizer.Create(vocabulary, merges).EncodeToIds((string)null!));
            case "new BpeOptions(path that is not there, merges.txt)":
                return Created(new BpeOptions(Path.Combine(folder, "none.json"), merges));
            case "new BpeOptions(vocab.json, path that is not there)":
                return Created(new BpeOptions(vocabulary, Path.Combine(folder, "none.txt")));
            case "new BpeOptions((string)null)":
                return Created(new BpeOptions((string)null!));
            case "new BpeOptions((IEnumerable)null)":
                return Created(new BpeOptions((IEnumerable<KeyValuePair<string, int>>)null!));
            case "new BpeOptions(vocab.txt, merges.txt): not JSON":
                return Created(new BpeOptions(Path.Combine(folder, "vocab.txt"), merges));
            case "BpeTokenizer.Create((BpeOptions)null)":
                return Created(BpeTokenizer.Create((BpeOptions)null!));
        }

        Match parts = Regex.Match(
            call,
            @"^BpeTokenizer\.Create\(new BpeOptions\((\{ .* \}|empty vocabulary|vocab\.json)(, merges\.txt)?\)(?: \{ (\w+) = (.*) \})?\)(?:\.(\w+\(.*\)))?(?:: .*)?$");
        if (!parts.Success)
            return OfAll(BpeTokenizer.Create(vocabulary, merges), call);
        BpeOptions options = parts.Groups[1].Value switch
        {
            "vocab.json" => new BpeOptions(vocabulary, parts.Groups[2].Success ? merges : null),
            var listed => new BpeOptions(Regex.Matches(listed, @"(\w+): (\d+)").Select(pair =>
                KeyValuePair.Create(pair.Groups[1].Value, int.Parse(pair.Groups[2].Value, CultureInfo.InvariantCulture)))),
        };
        if (parts.Groups[3].Success)
            Set(options, parts.Groups[3].Value, parts.Groups[4].Value);
        BpeTokenizer tokenizer = BpeTokenizer.Create(options);
        return parts.Groups[5].Success ? OfAll(tokenizer, parts.Groups[5].Value) : Created(tokenizer);
    }

    private static JsonNode? OfAll(Tokenizer tokenizer, string call)
    {
        if (Regex.Match(call, @"^Decode\(\[(.*)\]\)$") is { Success: true } decode)
        {
            return tokenizer.Decode(decode.Groups[1].Value
                .Split(", ", StringSplitOptions.RemoveEmptyEntries)
                .Select(id => int.Parse(id, CultureInfo.InvariantCulture)));
        }

        if (Regex.Match(call, @"^EncodeToIds\(""(.*)""\)$") is { Success: true } encode)
            return Array(tokenizer.EncodeToIds(encode.Groups[1].Value));
        return call switch
        {
            "Decode(null)" => tokenizer.Decode(null!),
            "EncodeToTokens(null, out normalizedText)" => new JsonArray([.. tokenizer.EncodeToTokens((string)null!, out _).Select(token => JsonValue.Create(token.Id))]),
            _ => throw new NotSupportedException($"No check for {call}."),
        };
    }

    private static void Set(object options, string name, string value)
    {
        System.Reflection.PropertyInfo property = options.GetType().GetProperty(name)!;
        property.SetValue(options, value switch
        {
            "true" or "false" => value == "true",
            ['"', .., '"'] => value[1..^1],
            ['[', .., ']'] => Regex.Matches(value, @"""([^""]*)""").Select(one => one.Groups[1].Value).ToArray(),
            ['{', .., '}'] => Regex.Matches(value, @"([^ {]+): (\d+)").ToDictionary(one => one.Groups[1].Value, one => int.Parse(one.Groups[2].Value, CultureInfo.InvariantCulture)),
            _ => int.Parse(value, CultureInfo.InvariantCulture),
        });
    }

    private static JsonNode Created(object made) => $"made a {made.GetType().Name}";
}
