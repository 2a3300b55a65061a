using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

/// <summary>From a file's description of its call to the checks of its items.</summary>
internal static class Cases
{
    public static Action<JsonElement, Failures> For(JsonElement file, string folder, Failures failures)
    {
        string call = file.GetProperty("call").GetString()!;
        string At(string name) => Path.Combine(folder, name);
        if (call.StartsWith("BertTokenizer.Create(vocab.txt, options)", StringComparison.Ordinal))
            return BertCases.Items(file, At("vocab.txt"), failures);
        if (call.Contains("a and b are ids", StringComparison.Ordinal))
            return BertCases.Pairs(At("vocab.txt"));
        if (call.StartsWith("WordPieceTokenizer.Create", StringComparison.Ordinal))
            return WordPiece(WordPieceTokenizer.Create(At("vocab.txt"), new WordPieceOptions()), file, failures);
        if (call.StartsWith("BpeTokenizer.Create", StringComparison.Ordinal))
            return TokenizerCases.Items(BpeCases.Create(file, folder));
        if (call.StartsWith("CodeGenTokenizer.Create", StringComparison.Ordinal))
        {
            using FileStream vocabulary = File.OpenRead(At("vocab.json")), merges = File.OpenRead(At("merges.txt"));
            return TokenizerCases.Items(CodeGenTokenizer.Create(vocabulary, merges));
        }

        if (call.StartsWith("LlamaTokenizer.", StringComparison.Ordinal) || call.StartsWith("SentencePieceTokenizer.", StringComparison.Ordinal))
            return SentencePieceCases.Items(file, folder, failures);
        if (call.Contains("PreTokenize(text)", StringComparison.Ordinal))
            return PreTokenizer(file, call);
        if (call.StartsWith("new LowerCaseNormalizer()", StringComparison.Ordinal))
            return Normalizers;
        Assert.Equal("see each item", call);
        return ErrorCases.Items(file, folder);
    }

    private static Action<JsonElement, Failures> WordPiece(WordPieceTokenizer tokenizer, JsonElement file, Failures failures)
    {
        failures.Check("preTokenizer", file.GetProperty("preTokenizer"), () => tokenizer.PreTokenizer?.GetType().Name);
        failures.Check("normalizer", file.GetProperty("normalizer"), () => tokenizer.Normalizer?.GetType().Name);
        failures.Check("SpecialTokens", file.GetProperty("SpecialTokens"), () => tokenizer.SpecialTokens?.ToString());
        return TokenizerCases.Items(tokenizer);
    }

    private static Action<JsonElement, Failures> PreTokenizer(JsonElement file, string call)
    {
        PreTokenizer splitter = call switch
        {
            _ when call.StartsWith("PreTokenizer.CreateWhiteSpace()", StringComparison.Ordinal) => Microsoft.ML.Tokenizers.PreTokenizer.CreateWhiteSpace(),
            _ when call.StartsWith("PreTokenizer.CreateWordOrNonWord()", StringComparison.Ordinal) => Microsoft.ML.Tokenizers.PreTokenizer.CreateWordOrNonWord(),
            _ when call.StartsWith("PreTokenizer.CreateWordOrPunctuation()", StringComparison.Ordinal) => Microsoft.ML.Tokenizers.PreTokenizer.CreateWordOrPunctuation(),
            _ when call.StartsWith("RobertaPreTokenizer.Instance", StringComparison.Ordinal) => RobertaPreTokenizer.Instance,
            _ => new RegexPreTokenizer(Gpt2(file), Braced(call)),
        };
        return (item, failures) =>
        {
            string text = item.GetProperty("text").GetString()!;
            JsonElement pieces = item.GetProperty("pieces");
            failures.Check("pieces", pieces, () => Pieces(splitter.PreTokenize(text)));
            failures.Check("pieces of the span", pieces, () => Pieces(splitter.PreTokenize(text.AsSpan())));
        };
    }

    private static void Normalizers(JsonElement item, Failures failures)
    {
        string text = item.GetProperty("text").GetString()!;
        failures.Check("lower", item.GetProperty("lower"), () => new LowerCaseNormalizer().Normalize(text));
        failures.Check("lower of the span", item.GetProperty("lower"), () => LowerCaseNormalizer.Instance.Normalize(text.AsSpan()));
        failures.Check("upper", item.GetProperty("upper"), () => new UpperCaseNormalizer().Normalize(text));
        failures.Check("upper of the span", item.GetProperty("upper"), () => UpperCaseNormalizer.Instance.Normalize(text.AsSpan()));
    }

    /// <summary>The GPT-2 pattern that the file holds.</summary>
    public static Regex Gpt2(JsonElement file) => new(file.GetProperty("GPT-2 pattern").GetString()!);

    /// <summary>The special tokens that a call lists, as { a, b } or { a b }; null where it lists none. Their ids don't matter here.</summary>
    public static Dictionary<string, int>? Braced(string call, Func<string, int>? id = null)
    {
        Match list = Regex.Match(call, @"\{ (<[^{}]*>) \}");
        return !list.Success ? null : list.Groups[1].Value
            .Split([' ', ','], StringSplitOptions.RemoveEmptyEntries)
            .ToDictionary(token => token, id ?? (_ => 0));
    }

    private static JsonArray Pieces(IEnumerable<(int Offset, int Length)> pieces) =>
        new([.. pieces.Select(piece => new JsonArray(piece.Offset, piece.Length))]);
}
