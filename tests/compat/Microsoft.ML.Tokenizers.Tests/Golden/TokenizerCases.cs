using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

/// <summary>The fields that all tokenizers have.</summary>
internal static class TokenizerCases
{
    /// <summary>What a field means to one kind of tokenizer; false for a field that all have.</summary>
    public delegate bool SpecialField(string name, JsonElement value, string text, Failures failures);

    public static Action<JsonElement, Failures> Items(Tokenizer tokenizer, SpecialField? special = null) => (item, failures) =>
    {
        string text = item.GetProperty("text").GetString()!;
        int[] ids = [.. item.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())];
        foreach (JsonProperty field in item.EnumerateObject())
        {
            if (special is null || !special(field.Name, field.Value, text, failures))
                Field(tokenizer, text, ids, field, item, failures);
        }
    };

    private static void Field(Tokenizer tokenizer, string text, int[] ids, JsonProperty field, JsonElement item, Failures failures)
    {
        JsonElement value = field.Value;
        switch (field.Name)
        {
            case "text":
                break;
            case "ids":
                failures.Check("ids", value, () => Array(tokenizer.EncodeToIds(text)));
                failures.Check("ids of the span", value, () => Array(tokenizer.EncodeToIds(text.AsSpan())));
                break;
            case "tokens":
                failures.Check("tokens", value, () => Tokens(tokenizer.EncodeToTokens(text, out _), item, text));
                failures.Check("tokens of the span", value, () => Tokens(tokenizer.EncodeToTokens(text.AsSpan(), out _), item, text));
                break;
            case "normalizedText":
                failures.Check("normalizedText", value, () =>
                {
                    tokenizer.EncodeToTokens(text, out string? normalizedText);
                    return normalizedText;
                });
                break;
            case "count":
                failures.Check("count", value, () => tokenizer.CountTokens(text));
                failures.Check("count of the span", value, () => tokenizer.CountTokens(text.AsSpan()));
                break;
            case "decoded":
                failures.Check("decoded", value, () => tokenizer.Decode(ids));
                failures.Check("decoded to a span", value, () => Decoded((Span<char> to, out int used, out int written) => tokenizer.Decode(ids, to, out used, out written), ids.Length));
                break;
            case "decodedWithoutSpecial":
                failures.Check("decodedWithoutSpecial", value, () => ((BpeTokenizer)tokenizer).Decode(ids, considerSpecialTokens: false));
                break;
            case "decodedPrefixes":
                int count = 0;
                foreach (JsonElement prefix in value.EnumerateArray())
                {
                    count++;
                    failures.Check($"decoded {count} ids", prefix, () => tokenizer.Decode(ids.Take(count)));
                }

                break;
            default:
                if (Regex.Match(field.Name, "^(max|indexByTokenCount|indexByTokenCountFromEnd)([0-9]+)$") is not { Success: true } limited)
                    failures.Add($"no check for the field '{field.Name}'");
                else
                    failures.Check(field.Name, value, () => Limited(tokenizer, text, limited.Groups[1].Value, int.Parse(limited.Groups[2].Value), value));
                break;
        }
    }

    public static JsonArray Array(IEnumerable<int> values) => new([.. values.Select(value => JsonValue.Create(value))]);

    private static JsonObject Limited(Tokenizer tokenizer, string text, string name, int count, JsonElement recorded)
    {
        string? normalizedText;
        if (name == "max")
        {
            IReadOnlyList<int> ids = tokenizer.EncodeToIds(text, count, out normalizedText, out int consumed);
            return Limited(ids, normalizedText, consumed, recorded);
        }

        int tokenCount;
        int index = name == "indexByTokenCount"
            ? tokenizer.GetIndexByTokenCount(text, count, out normalizedText, out tokenCount)
            : tokenizer.GetIndexByTokenCountFromEnd(text, count, out normalizedText, out tokenCount);
        return new JsonObject { ["index"] = index, ["tokenCount"] = tokenCount };
    }

    /// <summary>The result of an encoding to a number of ids, with the normalized text where the record has it.</summary>
    public static JsonObject Limited(IReadOnlyList<int> ids, string? normalizedText, int consumed, JsonElement recorded)
    {
        var result = new JsonObject { ["ids"] = Array(ids), ["charsConsumed"] = consumed };
        if (recorded.TryGetProperty("normalizedText", out _))
            result["normalizedText"] = normalizedText;
        return result;
    }

    private static JsonArray Tokens(IReadOnlyList<EncodedToken> tokens, JsonElement item, string text)
    {
        // Offsets are from a start, never from an end.
        Assert.All(tokens, token => Assert.False(token.Offset.Start.IsFromEnd || token.Offset.End.IsFromEnd));
        return new([.. tokens.Select(token => new JsonArray(token.Id, token.Value, token.Offset.Start.Value, token.Offset.End.Value))]);
    }

    private delegate System.Buffers.OperationStatus Decode(Span<char> destination, out int idsConsumed, out int charsWritten);

    // Into a span of the exact size, after one that is too small.
    private static string Decoded(Decode decode, int count)
    {
        char[] destination = new char[4096];
        Assert.Equal(System.Buffers.OperationStatus.Done, decode(destination, out int used, out int written));
        Assert.Equal(count, used);
        string text = new(destination, 0, written);
        if (text.Length > 0)
        {
            System.Array.Clear(destination);
            Assert.Equal(System.Buffers.OperationStatus.DestinationTooSmall, decode(destination.AsSpan(0, text.Length - 1), out used, out written));
            Assert.InRange(used, 0, count - 1);
            Assert.Equal(text[..written], new string(destination, 0, written));
        }

        return text;
    }
}
