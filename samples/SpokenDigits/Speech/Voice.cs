/// <summary>Somebody who speaks.</summary>
/// <param name="Synthesizer">The program whose voice it is.</param>
/// <param name="Name">What that calls it.</param>
internal sealed record Voice(Synthesizer Synthesizer, string Name)
{
    // Nothing of these is ever trained on: two speakers of flite and festival who are one person each, and variants of espeak-ng.
    private static readonly HashSet<string> HeldOut =
        ["rms", "ked_diphone", "rab_diphone", "f3", "m5", "Mario", "Diogo", "belinda", "quincy", "steph2", "klatt3"];

    /// <summary>Whether it is kept for tests.</summary>
    public bool IsNew => HeldOut.Contains(Name[(Name.IndexOf('+') + 1)..]);

    public override string ToString() => $"{Synthesizer.Program} {Name}";

    /// <summary>All voices that are installed.</summary>
    /// <param name="missing">Called with each synthesizer that isn't.</param>
    public static IReadOnlyList<Voice> FindAll(Action<Synthesizer> missing)
    {
        List<Voice> all = [];
        foreach (Synthesizer synthesizer in Synthesizer.All)
        {
            IReadOnlyList<string> names = synthesizer.FindVoices();
            if (names.Count == 0)
                missing(synthesizer);
            all.AddRange(names.Select(name => new Voice(synthesizer, name)));
        }

        return all;
    }

    /// <summary>Draws a voice, one of espeak-ng's as often as one of all others together, which are few but more natural.</summary>
    public static Voice Draw(IReadOnlyList<Voice> voices, Random random)
    {
        IGrouping<bool, Voice>[] kinds = [.. voices.GroupBy(voice => voice.Synthesizer is EspeakNg)];
        Voice[] kind = [.. kinds[random.Next(kinds.Length)]];
        return kind[random.Next(kind.Length)];
    }
}
