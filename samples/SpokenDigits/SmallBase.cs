using System.IO.Compression;
using Microsoft.ML.KappaTune.Pretraining;

/// <summary>
/// A language model of some 900,000 weights, pre-trained here: it has read old books and speeches and can repeat lines, and it has never
/// heard a sound.
/// </summary>
internal static class SmallBase
{
    /// <summary>Pre-trains it where no earlier run has.</summary>
    /// <param name="folder">Gets the model, in Hugging Face layout, and what it reads.</param>
    /// <param name="prose">A text with a paragraph a line, compressed by Brotli.</param>
    /// <param name="steps">Steps of its training.</param>
    /// <returns>The model's folder.</returns>
    public static string Obtain(string folder, string prose, int steps)
    {
        string model = Path.Combine(folder, "base"), read = Path.Combine(folder, "read.txt");
        if (Directory.Exists(model))
            return model;
        using var reader = new StreamReader(new BrotliStream(File.OpenRead(prose), CompressionMode.Decompress));
        string[] paragraphs = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var random = new Random(7);
        string[] lines = [.. paragraphs, .. Repeats.Of(paragraphs, random)];
        random.Shuffle(lines);
        File.WriteAllLines(read, lines);
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
        return model;
    }
}
