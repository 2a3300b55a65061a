using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tokenization;
using Microsoft.ML.KappaTune.Training.Runs;

namespace Microsoft.ML.KappaTune.Tasks.CausalLm;

/// <summary>From a request's texts to rows of tokens.</summary>
internal static class LanguageModelTokenizing
{
    // Texts between two reports and two checks for cancellation.
    private const int TextsAtOnce = 512;

    /// <param name="what">What the texts are for, in words.</param>
    /// <exception cref="ArgumentException">No text has a token that counts, or no token is known that ends one.</exception>
    public static LanguageModelRows Tokenize(
        string what, IReadOnlyList<LanguageModelExample> texts, LanguageModelRequest request, bool packs, RowTokenizing how)
    {
        ExampleEncoder encoder =
            NewEncoder(how.Tokenizer, (DecoderConfig)how.Config, how.MaxTokens, request.AppendsEnd, request.CountsPrompts);
        EncodedExample[] encoded = new EncodedExample[texts.Count];
        for (int begin = 0; begin < texts.Count; begin += TextsAtOnce)
        {
            int end = Math.Min(begin + TextsAtOnce, texts.Count);
            Parallel.For(begin, end, how.Parallel, i => encoded[i] = encoder.Encode(texts[i]));
            how.Report(end);
        }

        LanguageModelRow[] rows = [.. encoded.Where(text => text.CountedTokens > 0).Select(LanguageModelRow.Of)];
        if (rows.Length == 0)
        {
            throw new ArgumentException(
                $"None of the {texts.Count} {what} texts has a token that the loss counts: the completions are empty, or no token of a "
                + "conversation is marked. Give texts or completions with words in them.",
                what == "training" ? nameof(request.Train) : nameof(request.Validation));
        }

        int dropped = texts.Count - rows.Length;
        Warn(dropped, $"{texts.Count} {what} texts have no token that the loss counts, and are left out.");
        Warn(
            encoded.Count(encoder.BeginsTwice),
            $"{texts.Count} {what} texts begin with the token that begins a text, which is added once more: take it out of them.");
        Warn(
            encoded.Count(text => text.CrossesPrompt),
            $"{texts.Count} {what} prompts end within a token, which the model won't see so when it completes them: let the blank between "
            + "prompt and completion begin the completion.");
        return new(
            packs ? RowPacking.Pack(rows, how.MaxTokens) : rows, rows.Length, encoded.Count(text => text.IsTruncated), dropped,
            how.Tokenizer.PadId);

        void Warn(int count, string of)
        {
            if (count > 0)
                how.Warn($"{count} of {of}");
        }
    }

    /// <exception cref="ArgumentException">No token is known that ends a text, where one is to be appended.</exception>
    public static ExampleEncoder NewEncoder(
        HuggingFaceTokenizer tokenizer, DecoderConfig config, int maxTokens, bool appendsEnd, bool countsPrompts) =>
        new(tokenizer, maxTokens, appendsEnd ? AppendedEnd(tokenizer, config) : -1, countsPrompts);

    /// <summary>The token that ends a text: the tokenizer's, as in a chat template, or else the first of the model's.</summary>
    /// <exception cref="ArgumentException">No token is known that ends a text.</exception>
    public static int EndOf(HuggingFaceTokenizer tokenizer, DecoderConfig config) => FindEnd(tokenizer, config)
        ?? throw Endless("Name the one there that ended texts in the model's training.", nameof(TuningOptions.BaseModel));

    private static int AppendedEnd(HuggingFaceTokenizer tokenizer, DecoderConfig config) => FindEnd(tokenizer, config)
        ?? throw Endless("Don't let one be appended, or name one there.", nameof(LanguageModelRequest.AppendsEnd));

    private static int? FindEnd(HuggingFaceTokenizer tokenizer, DecoderConfig config) =>
        tokenizer.EndId >= 0 ? tokenizer.EndId : config.EndTokenIds is [var first, ..] ? first : null;

    private static ArgumentException Endless(string remedy, string option) => new(
        "The base model's files name no token that ends a text: neither eos_token in tokenizer_config.json nor eos_token_id in "
        + $"config.json. {remedy}",
        option);
}
