/// <summary>Something that was said.</summary>
/// <param name="Said">The words.</param>
/// <param name="By">Who said them.</param>
/// <param name="Sound">How it sounds.</param>
internal sealed record Utterance(string Said, string By, Sound Sound)
{
    /// <summary>Utterances as many times as asked for, each time with a change of sound of its own; the same for the same seed.</summary>
    public static Utterance[] Change(IReadOnlyList<Utterance> utterances, int times, int seed)
    {
        var changed = new Utterance[utterances.Count * times];
        Parallel.For(0, changed.Length, i =>
        {
            var random = new Random(unchecked(seed * 1_000_003 + i));
            Utterance utterance = utterances[i / times];
            changed[i] = utterance with { Sound = SoundChange.Draw(random).Apply(utterance.Sound, random) };
        });
        return changed;
    }
}
