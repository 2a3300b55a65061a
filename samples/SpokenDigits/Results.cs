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
/// <param name="Errors">Word errors of new voices by training step.</param>
/// <param name="Text">Bits per byte of the books, before and after.</param>
/// <param name="Times">What took how long.</param>
internal sealed record Results(
    IReadOnlyList<Group> Groups, IReadOnlyList<(int Step, double Errors)> Errors, (double Before, double After) Text,
    IReadOnlyList<(string What, TimeSpan Time)> Times);
