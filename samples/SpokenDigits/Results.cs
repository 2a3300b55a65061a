using System.Globalization;
using Microsoft.ML.KappaTune;

/// <summary>What was heard in an utterance.</summary>
internal sealed record Hearing(Utterance Utterance, string Heard)
{
    public TranscriptErrors Errors { get; } = TranscriptErrors.Of(Utterance.Said, Heard);

    public bool IsRight => Errors.Words.Edits == 0;
}

/// <summary>What was heard of some people.</summary>
/// <param name="Name">Who they are.</param>
/// <param name="Hearings">What they said.</param>
internal sealed record Group(string Name, IReadOnlyList<Hearing> Hearings)
{
    /// <summary>Substituted, inserted and lost words, for each that was said.</summary>
    public double WordErrors => TranscriptErrors.Sum(Hearings.Select(hearing => hearing.Errors)).Words.Value;

    /// <summary>Each synthesizer's utterances; none where there is one, or a person.</summary>
    public IEnumerable<Group> Parts()
    {
        Group[] parts = [.. Hearings.GroupBy(hearing => hearing.Utterance.By.Split(' ')[0]).Select(its => new Group(its.Key, [.. its]))];
        return parts.Length > 1 ? parts : [];
    }

    /// <summary>Has them heard.</summary>
    public static Group Of(string name, IEnumerable<Utterance> utterances, Func<Utterance, string> hear) =>
        new(name, [.. utterances.Select(utterance => new Hearing(utterance, hear(utterance)))]);
}

/// <summary>What the page shows.</summary>
/// <param name="Groups">The tests.</param>
/// <param name="Report">How training went.</param>
/// <param name="BatchSize">Utterances of a step.</param>
/// <param name="Times">What took how long.</param>
internal sealed record Results(
    IReadOnlyList<Group> Groups, TuningReport Report, int BatchSize, IReadOnlyList<(string What, TimeSpan Time)> Times)
{
    /// <summary>Word errors of new voices by training step, which were measured after each epoch; time may have cut the last one.</summary>
    public IReadOnlyList<(int Step, double Errors)> Curve { get; } = [.. Report.Epochs.Select(epoch => (
        Math.Min(epoch.Epoch * ((Report.TrainingRows + BatchSize - 1) / BatchSize), Report.Losses.Count),
        epoch.Validation!.Transcripts!.Value.Words.Value))];

    /// <summary>Bits per byte of text, before and after.</summary>
    public RetentionChange Text { get; } = Report.Retention!.BitsPerByte!;

    /// <summary>How many more bits it takes, as a share of those before; less than 0 for fewer.</summary>
    public double TextLost => Text.Difference.Value / Text.Before.Value;

    public string TextLostText => TextLost.ToString("+0.0 %;-0.0 %;0.0 %", CultureInfo.InvariantCulture);

    /// <summary>Says the results in some lines.</summary>
    public void Show()
    {
        foreach (Group group in Groups)
            Console.WriteLine($"Word errors of {group.Name}: {group.WordErrors:0.0 %} in {group.Hearings.Count} utterances");
        Console.WriteLine(
            $"Text: {Text.Before.Value:0.00} bits a byte of unread pages before, {Text.After.Value:0.00} after "
            + $"({TextLostText})");
    }
}
