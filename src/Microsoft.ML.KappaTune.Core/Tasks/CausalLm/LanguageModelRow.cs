namespace Microsoft.ML.KappaTune.Tasks.CausalLm;

/// <summary>One text as a model takes it, or several of them in a row.</summary>
/// <param name="Ids">The tokens, but of each text the last, which is only guessed.</param>
/// <param name="Targets">For each the token after it, where the loss counts that one; -1 elsewhere.</param>
/// <param name="Texts">For each the number of its text in the row, from 1 on.</param>
internal sealed record LanguageModelRow(int[] Ids, int[] Targets, int[] Texts)
{
    /// <summary>Tokens that the loss counts.</summary>
    public int Counted { get; } = Targets.Count(target => target >= 0);

    public static LanguageModelRow Of(EncodedExample example)
    {
        int length = example.Ids.Length - 1;
        int[] targets = [.. Enumerable.Range(1, length).Select(i => example.Counted[i] ? example.Ids[i] : -1)], texts = new int[length];
        Array.Fill(texts, 1);
        return new(example.Ids[..length], targets, texts);
    }

    /// <summary>Several texts in a row, which don't see each other.</summary>
    public static LanguageModelRow Join(IReadOnlyList<LanguageModelRow> texts) => texts.Count == 1 ? texts[0] : new(
        [.. texts.SelectMany(text => text.Ids)], [.. texts.SelectMany(text => text.Targets)],
        [.. texts.SelectMany((text, i) => Enumerable.Repeat(i + 1, text.Ids.Length))]);
}
