using Microsoft.ML.KappaTune.Pretraining;

/// <summary>A language model of some 900,000 weights, pre-trained here: it has read some old books, and has never heard a sound.</summary>
internal static class SmallBase
{
    // Of so many paragraphs, one isn't read: on these is measured what is kept of the language.
    private const int UnreadShare = 6;

    /// <summary>Pre-trains it where no earlier run has.</summary>
    /// <param name="folder">Gets the model, in Hugging Face layout, and the text.</param>
    /// <param name="text">A file with a paragraph a line.</param>
    /// <param name="steps">Steps of its training.</param>
    /// <returns>The model's folder, and a file of paragraphs that it hasn't read.</returns>
    public static (string Model, string Unread) Obtain(string folder, string text, int steps)
    {
        string model = Path.Combine(folder, "base"), read = Path.Combine(folder, "read.txt"), unread = Path.Combine(folder, "unread.txt");
        if (Directory.Exists(model))
            return (model, unread);
        string[] paragraphs = [.. File.ReadLines(text).Where(line => line.Length > 0)];
        File.WriteAllLines(unread, paragraphs.Where((_, i) => i % UnreadShare == 0));
        // The token that ends a text is behind each, or the model wouldn't know how a transcript could end.
        File.WriteAllLines(read, paragraphs.Where((_, i) => i % UnreadShare > 0).Select(line => $"{line}<|endoftext|>"));
        Pretrainer.Run(new()
        {
            Options = new()
            {
                Objective = PretrainingObjective.NextToken,
                Vocabulary = 500,
                MaximumTokens = 160,
                Layers = 4,
                Hidden = 128,
                Heads = 4,
                Steps = steps,
                BatchSize = 8,
                LearningRate = 3e-3,
            },
            Corpus = read,
            Output = model,
            Resume = true,                          // where an earlier run was interrupted
            Progress = at =>
            {
                if (at.HeldOut is null && (at.Step % 200 == 0 || at.Step == at.TotalSteps))
                    Console.WriteLine($"The language model reads, step {at.Step} of {at.TotalSteps}: loss {at.Loss:0.00}");
            },
        });
        return (model, unread);
    }
}
