/// <summary>eSpeak NG: robotic, but of many voices: an accent, and a variant of the throat, such as <c>en-gb+f3</c>.</summary>
internal sealed class EspeakNg : Synthesizer
{
    private static readonly string[] Accents =
        ["en-us", "en-gb", "en-us-nyc", "en-gb-x-rp", "en-gb-scotland", "en-gb-x-gbclan", "en-gb-x-gbcwmd", "en-029"];

    // Variants of robots, demons and whispering, of which nobody would understand much.
    private static readonly string[] Odd =
    [
        "AnxiousAndy", "Demonic", "Mr", "RicishayMax", "RicishayMax2", "RicishayMax3", "Storm", "Tweaky", "UniRobot", "anikaRobot",
        "announcer", "croak", "fast", "klatt5", "klatt6", "robosoft", "robosoft2", "robosoft3", "robosoft4", "robosoft5", "robosoft6",
        "robosoft7", "robosoft8", "whisper", "whisperf",
    ];

    public override string Program => "espeak-ng";

    /// <remarks>A variant has one accent or two, the same in each run.</remarks>
    public override IReadOnlyList<string> FindVoices()
    {
        if (Run("--voices=variant") is not { } list)
            return [];
        string[] variants = [.. list.Split('\n')
            .SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(word => word.StartsWith("!v/", StringComparison.Ordinal))
            .Select(word => word[3..])
            .Except(Odd).Distinct().Order(StringComparer.Ordinal)];
        return [.. variants.SelectMany((variant, i) => (string[])
            [$"{Accents[i % Accents.Length]}+{variant}", $"{Accents[(i * 3 + 1) % Accents.Length]}+{variant}"]).Distinct()];
    }

    public override void Speak(IReadOnlyList<(Line Line, string File)> lines)
    {
        foreach ((Line line, string file) in lines)
        {
            Run("-v", line.Voice.Name, "-s", Number(Math.Round(165 * line.Speed)), "-p", Number(Math.Round(50 + 30 * line.Pitch)),
                "-w", file, "--", line.Text);
        }
    }
}
