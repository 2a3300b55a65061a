using Microsoft.ML.KappaTune.Pretraining;

/// <summary>A language model of some 400,000 weights, to try things on without a download: it has seen little, and knows less.</summary>
internal static class TinyBase
{
    /// <summary>Pre-trains it on a text with a paragraph a line, where no earlier run has.</summary>
    /// <returns>Its folder, in Hugging Face layout.</returns>
    public static string Obtain(string folder, string text)
    {
        if (Directory.Exists(folder))
            return folder;
        Pretrainer.Run(new()
        {
            Options = new()
            {
                Objective = PretrainingObjective.NextToken,
                Vocabulary = 1000,
                MaximumTokens = 192,
                Layers = 3,
                Hidden = 96,
                Heads = 4,
                Steps = 200,
                BatchSize = 8,
                LearningRate = 4e-3,
                Dropout = 0,
            },
            Corpus = text,
            Output = folder,
            Resume = true,                          // where an earlier run was interrupted
            Log = Console.WriteLine,
            Progress = at =>
            {
                if (at.HeldOut is null && at.Step % 50 == 0)
                    Console.WriteLine($"Pre-training, step {at.Step} of {at.TotalSteps}: loss {at.Loss:0.00}");
            },
        });
        return folder;
    }
}
