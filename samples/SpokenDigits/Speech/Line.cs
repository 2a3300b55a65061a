/// <summary>What a voice is to say, and how.</summary>
/// <param name="Voice">Who says it.</param>
/// <param name="Text">The words.</param>
/// <param name="Speed">1 for the voice's own, 2 for twice as fast.</param>
/// <param name="Pitch">0 for the voice's own, from -1, low, to 1, high; not every synthesizer minds it.</param>
internal sealed record Line(Voice Voice, string Text, double Speed = 1, double Pitch = 0)
{
    /// <summary>A line with speed and pitch drawn at random.</summary>
    public static Line Draw(Voice voice, string text, Random random) =>
        new(voice, text, Math.Round(Math.Exp(0.5 * random.NextDouble() - 0.3), 2), Math.Round(1.6 * random.NextDouble() - 0.8, 2));
}
