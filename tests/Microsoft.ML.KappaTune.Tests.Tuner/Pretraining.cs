using System.Globalization;
using Microsoft.ML.KappaTune.Pretraining;

/// <summary>Pre-trains with a state after every step.</summary>
internal static class Pretraining
{
    public static void Run(string corpus, string tokenizer, string output)
    {
        bool hasBegun = false;
        Pretrainer.Run(new()
        {
            Corpus = corpus,
            Output = output,
            Resume = true,
            Device = "cpu",
            Threads = 1,
            Options = new()
            {
                Tokenizer = tokenizer,
                MaximumTokens = 24,
                Layers = 2,
                Hidden = 16,
                Heads = 2,
                Intermediate = 32,
                BatchSize = 4,
                Steps = 40,
                ShortShare = 0.5,
                HeldOutShare = 0.1,
                CheckpointEvery = 1,
            },
            Progress = progress =>
            {
                // The measurement before a state is kept isn't waited for: the process may be ended in it.
                if (progress.HeldOut is not null)
                    return;
                if (!hasBegun)
                    Say("at", progress.Step - 1);
                hasBegun = true;
                Say("step", progress.Step);
                Console.In.ReadLine();
            },
        });
    }

    private static void Say(string what, int step)
    {
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what} {step}"));
        Console.Out.Flush();
    }
}
