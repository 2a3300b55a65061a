/// <summary>Something that was said.</summary>
/// <param name="Said">The words.</param>
/// <param name="By">Who said them.</param>
/// <param name="Sound">How it sounds.</param>
internal sealed record Utterance(string Said, string By, Sound Sound)
{
    /// <summary>It and others like it, each with a change of sound of its own.</summary>
    public IEnumerable<Utterance> Changed(int count, Random random)
    {
        for (int i = 0; i < count; i++)
            yield return this with { Sound = SoundChange.Draw(random).Apply(Sound, random) };
    }
}
