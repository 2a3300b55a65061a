/// <summary>Flite: four speakers, of whom three were recorded for hours; it has no pitch to set.</summary>
internal sealed class Flite : Synthesizer
{
    public override string Program => "flite";

    /// <remarks>Without kal16, who is kal, and awb_time, who can only tell the time.</remarks>
    public override IReadOnlyList<string> FindVoices() =>
        [.. (Run("-lv") ?? "").Split(':')[^1].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Except(["kal16", "awb_time"])];

    public override void Speak(IReadOnlyList<(Line Line, string File)> lines)
    {
        foreach ((Line line, string file) in lines)
            Run("-voice", line.Voice.Name, "--setf", $"duration_stretch={Number(1 / line.Speed)}", "-t", line.Text, "-o", file);
    }
}
