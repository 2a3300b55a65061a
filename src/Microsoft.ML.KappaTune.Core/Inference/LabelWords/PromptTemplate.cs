namespace Microsoft.ML.KappaTune.Inference.LabelWords;

/// <summary>A prompt with places for the texts of a row; all else in it is as it is written.</summary>
/// <param name="Template">Passes <see cref="Problem"/>.</param>
internal sealed record PromptTemplate(string Template)
{
    private const string Text = PromptPlaces.Text, Pair = PromptPlaces.Pair;

    /// <summary>Whether there is a place for the second text.</summary>
    public bool HasPair => Template.Contains(Pair, StringComparison.Ordinal);

    /// <summary>What comes behind the last text: the same for every row.</summary>
    public string End => Template[EndOfTexts(Template)..];

    /// <summary>What is allowed, where a template isn't; null where it is.</summary>
    public static string? Problem(string template)
    {
        if (!template.Contains(Text, StringComparison.Ordinal))
            return $"one with {Text} where the text comes";
        return string.IsNullOrWhiteSpace(template[EndOfTexts(template)..])
            ? $"one with words of its own behind the last text, such as \"{Text} Sentiment:\""
            : null;
    }

    /// <summary>The prompt of a row, and where in it the characters of texts are.</summary>
    public (string Prompt, HashSet<int> OfTexts) Fill(string text, string? pair)
    {
        var prompt = new StringBuilder();
        var ofTexts = new HashSet<int>();
        int from = 0;
        while (Next(from) is var (at, isPair))
        {
            prompt.Append(Template, from, at - from);
            string its = isPair ? pair ?? "" : text;
            for (int i = 0; i < its.Length; i++)
                ofTexts.Add(prompt.Length + i);
            prompt.Append(its);
            from = at + Text.Length;
        }

        return (prompt.Append(Template, from, Template.Length - from).ToString(), ofTexts);
    }

    private (int At, bool IsPair)? Next(int from)
    {
        int text = Template.IndexOf(Text, from, StringComparison.Ordinal), pair = Template.IndexOf(Pair, from, StringComparison.Ordinal);
        return text < 0 && pair < 0 ? null : pair >= 0 && (text < 0 || pair < text) ? (pair, true) : (text, false);
    }

    private static int EndOfTexts(string template) => Math.Max(
        template.LastIndexOf(Text, StringComparison.Ordinal), template.LastIndexOf(Pair, StringComparison.Ordinal)) + Text.Length;
}
