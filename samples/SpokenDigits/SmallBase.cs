using Microsoft.ML.KappaTune.Pretraining;

/// <summary>A language model of some 900,000 weights, pre-trained here: it has read some old books, and has never heard a sound.</summary>
internal static class SmallBase
{
    /// <summary>Pre-trains it on a text with a paragraph a line, where no earlier run has.</summary>
    public static void Make(string folder, string text, int steps, Action<int, int, double> progress)
    {
        if (Directory.Exists(folder))
            return;
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
                Dropout = 0.1,
            },
            Corpus = text,
            Output = folder,
            Resume = true,                          // where an earlier run was interrupted
            Progress = at =>
            {
                if (at.HeldOut is null)
                    progress(at.Step, at.TotalSteps, at.Loss);
            },
        });
    }
}
