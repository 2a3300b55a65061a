using System.Text.Json;

internal static class BpeCases
{
    /// <summary>The tokenizer that a call describes by the options it sets.</summary>
    public static BpeTokenizer Create(JsonElement file, string folder)
    {
        string call = file.GetProperty("call").GetString()!;
        string vocabulary = Path.Combine(folder, "vocab.json"), merges = Path.Combine(folder, "merges.txt");
        if (!call.Contains("BpeOptions(", StringComparison.Ordinal))
            return BpeTokenizer.Create(vocabulary, merges);
        var options = new BpeOptions(vocabulary, merges)
        {
            ByteLevel = call.Contains("ByteLevel = true", StringComparison.Ordinal),
            FuseUnknownTokens = call.Contains("FuseUnknownTokens = true", StringComparison.Ordinal),
            UnknownToken = Quoted(call, "UnknownToken"),
            BeginningOfSentenceToken = Quoted(call, "BeginningOfSentenceToken"),
            EndOfSentenceToken = Quoted(call, "EndOfSentenceToken"),
        };
        var ids = options.Vocabulary.ToDictionary(token => token.Key, token => token.Value);
        if (call.Contains("SpecialTokens = {", StringComparison.Ordinal))
            options.SpecialTokens = Cases.Braced(call[call.IndexOf("SpecialTokens = {", StringComparison.Ordinal)..], token => ids[token]);
        if (call.Contains("new LowerCaseNormalizer()", StringComparison.Ordinal))
            options.Normalizer = new LowerCaseNormalizer();
        options.PreTokenizer = call switch
        {
            _ when call.Contains("RegexPreTokenizer(GPT-2 pattern, specialTokens)", StringComparison.Ordinal) => new RegexPreTokenizer(Cases.Gpt2(file), options.SpecialTokens),
            _ when call.Contains("RegexPreTokenizer(GPT-2 pattern, null)", StringComparison.Ordinal) => new RegexPreTokenizer(Cases.Gpt2(file), null),
            _ when call.Contains("RobertaPreTokenizer.Instance", StringComparison.Ordinal) => RobertaPreTokenizer.Instance,
            _ when call.Contains("CreateWordOrNonWord()", StringComparison.Ordinal) => PreTokenizer.CreateWordOrNonWord(),
            _ => null,
        };
        return BpeTokenizer.Create(options);
    }

    private static string? Quoted(string call, string option)
    {
        var match = System.Text.RegularExpressions.Regex.Match(call, $@"\b{option} = ""([^""]*)""");
        return match.Success ? match.Groups[1].Value : null;
    }
}
