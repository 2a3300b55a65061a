using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tasks.CausalLm;

/// <summary>
/// Makes tokens of texts, and cuts what is too long: of a prompt and its completion the prompt's beginning, so that the completion stays
/// where it can; of a text its end; of given tokens what comes after the last one that counts, then their beginning. The token that
/// begins a text stays.
/// </summary>
/// <param name="maxTokens">Tokens at most, 2 or more.</param>
/// <param name="endId">The token that is appended, and counts; -1 for none.</param>
/// <param name="countsPrompts">Whether the prompt's tokens count as well.</param>
internal sealed class ExampleEncoder(HuggingFaceTokenizer tokenizer, int maxTokens, int endId, bool countsPrompts)
{
    public EncodedExample Encode(LanguageModelExample example) =>
        example.Ids is { } ids ? Given(ids, example.Counted!) : Text(example);

    /// <summary>Whether a text begins with two of the tokens that begin one: its own, and the one that is added.</summary>
    public bool BeginsTwice(EncodedExample example) => tokenizer.BeginsTwice(example.Ids);

    private EncodedExample Text(LanguageModelExample example)
    {
        List<int> ids = [];
        List<bool> counted = [];
        if (tokenizer.BeginId >= 0)
            Add(tokenizer.BeginId, false);
        int prompt = 0;
        bool crosses = false;
        foreach (TokenSpan token in tokenizer.EncodeWithOffsets(example.Text))
        {
            bool isOfPrompt = token.End <= example.PromptLength;
            prompt += isOfPrompt ? 1 : 0;
            crosses |= !isOfPrompt && token.Start < example.PromptLength;
            Add(token.Id, countsPrompts || !isOfPrompt);
        }

        if (endId >= 0 && (ids.Count == 0 || ids[^1] != endId))
            Add(endId, true);
        return Cut([.. ids], [.. counted], prompt, crosses);

        void Add(int id, bool isCounted)
        {
            ids.Add(id);
            counted.Add(isCounted);
        }
    }

    private EncodedExample Given(IReadOnlyList<int> ids, IReadOnlyList<bool> counted)
    {
        if (ids.Count <= maxTokens)
            return new([.. ids], [.. counted], false, false);
        int end = ids.Count;
        while (end > maxTokens && !counted[end - 1])
            end--;
        return Cut([.. ids.Take(end)], [.. counted.Take(end)], prompt: end, crosses: false) with { IsTruncated = true };
    }

    /// <param name="prompt">Tokens after the one that begins the text whose beginning may be cut.</param>
    private EncodedExample Cut(int[] ids, bool[] counted, int prompt, bool crosses)
    {
        int excess = ids.Length - maxTokens;
        if (excess <= 0)
            return new(ids, counted, false, crosses);
        int first = tokenizer.BeginId >= 0 && ids[0] == tokenizer.BeginId ? 1 : 0;
        // Where no token begins the text, the first one that counts needs one of the prompt before it.
        int cut = Math.Clamp(prompt - (1 - first), 0, excess);
        return new(Kept(ids), Kept(counted), true, crosses);

        T[] Kept<T>(T[] values) => [.. values[..first], .. values[(first + cut)..Math.Min(values.Length, maxTokens + cut)]];
    }
}
