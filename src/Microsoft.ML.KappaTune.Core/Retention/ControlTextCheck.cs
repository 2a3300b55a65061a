namespace Microsoft.ML.KappaTune.Retention;

/// <summary>Warns of control texts on which a model loses little whatever it forgets: each a sentence, with what to do.</summary>
internal static class ControlTextCheck
{
    /// <summary>Of the runs of letters, those that have come before: in ordinary prose, a hundredth at most.</summary>
    private const double MostRepeated = 0.5;

    /// <summary>Of the samples, those that are for the most part texts of the training rows.</summary>
    private const double MostTrained = 0.2;

    /// <summary>Of the tokens, those that the tokenizer doesn't know; a rare sign or name may always be among them.</summary>
    private const double MostUnknown = 0.05;

    /// <summary>
    /// The base's loss over that of guessing by chance. A small sentence encoder has 0.5 on an encyclopedia and 0.8 on novels, which are
    /// harder, but 0.98 and more where the letters were exchanged.
    /// </summary>
    private const double MostOfChance = 0.95;

    /// <summary>Samples of a half below which their mean isn't close to normal, as the bound supposes.</summary>
    private const int FewSamples = 50;

    /// <summary>What their number says of a budget; null for nothing.</summary>
    /// <param name="samples">Those of both halves.</param>
    public static string? OfCount(string name, int samples) => samples >= 2 * FewSamples ? null
        : $"{name} gives {NumberText.Count(samples, "sample", "samples")}, of which half decides: with fewer than {2 * FewSamples} "
        + "a budget is exceeded more often than in 5 of 100 runs. Name a longer text.";

    /// <summary>What the samples say without a model.</summary>
    /// <param name="name">The control text's path or name.</param>
    /// <param name="training">The rows to train on; they are read once.</param>
    public static IEnumerable<string> Warnings(string name, ControlSamples samples, IEnumerable<TaskText> training)
    {
        string[] texts = [.. samples.All.Select(sample => sample.Text)];
        (HashSet<ulong> runs, double repeated) = RunsOf(texts);
        if (repeated > MostRepeated)
        {
            yield return $"{name} repeats itself: {NumberText.Percent(repeated)} of what is measured of it has come before, so that it "
                + "asks for little of what the base model knows. Name a text that says something new in each of its parts.";
        }

        int trained = CountTrained(texts, runs, training);
        if (trained > MostTrained * texts.Length)
        {
            yield return $"{name} is of the task: {NumberText.Percent(trained, texts.Length)} of what is measured of it is in the training "
                + "rows, and a model that trains on its control text seems to keep what it loses elsewhere. Name a text without the "
                + "task's rows.";
        }

        if (samples.UnknownShare is > MostUnknown and var unknown)
        {
            yield return $"{name} is in a script or signs that the base model doesn't know: its tokenizer has no token for "
                + $"{NumberText.Percent(unknown)} of it. Name a text of the kind that the base model was trained on.";
        }
    }

    /// <summary>What the base's loss says; null for nothing.</summary>
    /// <param name="objective">What the base is asked.</param>
    /// <param name="loss">The base's mean loss, in nats.</param>
    /// <param name="chance">That of a model that finds all choices as likely.</param>
    public static string? OfLoss(string name, RetentionObjective objective, double loss, double chance)
    {
        if (!(loss > MostOfChance * chance))
            return null;
        (string done, string text) = objective switch
        {
            RetentionObjective.SentencePairs => ("finds neighbouring sentences", "running text"),
            RetentionObjective.NextToken => ("guesses the next words", "text"),
            _ => ("guesses hidden words", "text"),
        };
        return FormattableString.Invariant(
            $"{name} has little that the base model could lose: it {done} there hardly better than by chance (loss {loss:0.00} nats, ")
            + FormattableString.Invariant($"{chance:0.00} by chance). Name {text} of the kind that the base model was trained on.");
    }

    private static (HashSet<ulong> Runs, double Repeated) RunsOf(string[] texts)
    {
        var runs = new HashSet<ulong>();
        long all = 0;
        foreach (ulong run in texts.SelectMany(LetterRuns.Of))
        {
            runs.Add(run);
            all++;
        }

        return (runs, all == 0 ? 0 : 1 - (double)runs.Count / all);
    }

    private static int CountTrained(string[] texts, HashSet<ulong> runs, IEnumerable<TaskText> training)
    {
        // Those of the control text are kept, which are few, and not those of the rows.
        HashSet<ulong> trained = [];
        foreach (TaskText row in training)
        {
            trained.UnionWith(LetterRuns.Of(row.Text).Where(runs.Contains));
            trained.UnionWith(LetterRuns.Of(row.Pair ?? "").Where(runs.Contains));
        }

        return texts.Count(text => LetterRuns.ShareIn(trained, text) > 0.5);
    }
}
