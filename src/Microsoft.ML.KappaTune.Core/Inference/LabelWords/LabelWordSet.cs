namespace Microsoft.ML.KappaTune.Inference.LabelWords;

/// <summary>Classes as words of a language model.</summary>
/// <param name="Template">What a word completes.</param>
/// <param name="Words">A word for each class, in the classes' order.</param>
/// <param name="Scores">How probabilities follow from the words' likelihoods.</param>
internal sealed record LabelWordSet(PromptTemplate Template, IReadOnlyList<string> Words, WordScores Scores)
{
    /// <summary>What options mean for classes of these names.</summary>
    /// <exception cref="ArgumentException">A word is that of no class, or two classes have the same.</exception>
    public static LabelWordSet Create(ClassLabels labels, IReadOnlyList<string> classes)
    {
        if (labels.Words.Keys.FirstOrDefault(name => !classes.Contains(name, StringComparer.Ordinal)) is { } unknown)
        {
            throw new ArgumentException(
                OptionInfo.Problem(
                    $"{nameof(ClassLabels)}.{nameof(labels.Words)}", unknown, $"the names of classes: {PlainText.List(classes)}"),
                nameof(ClassLabels));
        }

        string[] words = [.. classes.Select(name => labels.Words.GetValueOrDefault(name) ?? name)];
        var same = classes.Zip(words).GroupBy(pair => pair.Second.Trim(), pair => pair.First);
        if (same.FirstOrDefault(names => names.Count() > 1) is { } twice)
        {
            throw new ArgumentException(
                $"Two classes have the word \"{twice.Key}\", {string.Join(" and ", twice.Take(2))}; each needs one of its own in "
                + $"{nameof(ClassLabels)}.{nameof(labels.Words)}.",
                nameof(ClassLabels));
        }

        return new(new PromptTemplate(labels.Prompt!), words, labels.Scores);
    }

    /// <summary>A class's word with the blank that is between it and the prompt.</summary>
    public string Completion(int label) =>
        char.IsWhiteSpace(Words[label][0]) || char.IsWhiteSpace(Template.Template[^1]) ? Words[label] : $" {Words[label]}";
}
