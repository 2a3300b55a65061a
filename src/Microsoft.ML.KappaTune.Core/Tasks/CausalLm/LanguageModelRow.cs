namespace Microsoft.ML.KappaTune.Tasks.CausalLm;

/// <summary>One text as a model takes it, or several of them in a row.</summary>
/// <param name="Ids">The tokens.</param>
/// <param name="Targets">For each the token after it in its text, where the loss counts that one; -1 elsewhere.</param>
/// <param name="Texts">For each the number of its text in the row, from 1 on.</param>
internal sealed record LanguageModelRow(int[] Ids, int[] Targets, int[] Texts)
{
    /// <summary>Tokens that the loss counts.</summary>
    public int Counted { get; } = Targets.Count(target => target >= 0);

    public static LanguageModelRow Of(EncodedExample example)
    {
        int[] ids = example.Ids, texts = new int[ids.Length];
        Array.Fill(texts, 1);
        // The last token guesses none. It is read all the same: how far tokens are turned may depend on the whole text's length.
        return new(ids, [.. ids.Select((_, i) => i + 1 < ids.Length && example.Counted[i + 1] ? ids[i + 1] : -1)], texts);
    }

    /// <summary>Several texts in a row, which don't see each other.</summary>
    public static LanguageModelRow Join(IReadOnlyList<LanguageModelRow> texts) => texts.Count == 1 ? texts[0] : new(
        [.. texts.SelectMany(text => text.Ids)], [.. texts.SelectMany(text => text.Targets)],
        [.. texts.SelectMany((text, i) => Enumerable.Repeat(i + 1, text.Ids.Length))]);
}
