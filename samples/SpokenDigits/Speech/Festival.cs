/// <summary>Festival, which takes a second to start, and therefore speaks many lines in one process; it has no pitch to set.</summary>
internal sealed class Festival : Synthesizer
{
    public override string Program => "festival";

    public override string Package => "festival festvox-kallpc16k";

    public override int LinesAtOnce => 100;

    /// <remarks>Those for English, as their names go.</remarks>
    public override IReadOnlyList<string> FindVoices() => [.. (RunScript("(print (voice.list))") ?? "")
        .Split([' ', '(', ')', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)
        .Where(name => name.StartsWith("kal_", StringComparison.Ordinal) || name.StartsWith("ked_", StringComparison.Ordinal)
            || name.StartsWith("cmu_us_", StringComparison.Ordinal) || name.StartsWith("rab_", StringComparison.Ordinal))];

    public override void Speak(IReadOnlyList<(Line Line, string File)> lines) => RunScript(string.Concat(lines.Select(its =>
        $"(voice_{its.Line.Voice.Name})\n(Parameter.set 'Duration_Stretch {Number(1 / its.Line.Speed)})\n"
        + $"(utt.save.wave (utt.synth (Utterance Text {Quoted(its.Line.Text)})) {Quoted(its.File)} 'riff)\n")));

    private string? RunScript(string script)
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, script);
            return Run("-b", file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"";
}
