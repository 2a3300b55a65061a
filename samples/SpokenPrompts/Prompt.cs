using Microsoft.ML.KappaTune;

/// <summary>A phrase that a person recorded.</summary>
/// <param name="Text">What she says.</param>
/// <param name="File">The recording.</param>
internal sealed record Prompt(string Text, string File)
{
    // Of so many prompts, one is never trained on.
    private const int NewShare = 5;

    /// <summary>Its words alone, which the model learns to write.</summary>
    public string Words => TranscriptText.Normalize(Text);

    /// <summary>Reads a table with the columns Path and Text, tab-separated, with a header, but not rows without a recording.</summary>
    /// <param name="table">The table's file.</param>
    /// <param name="recordings">The folder that its paths begin in.</param>
    /// <returns>Prompts to learn, and new ones for the test.</returns>
    /// <exception cref="FormatException">The table hasn't these columns, or has too few rows.</exception>
    public static (IReadOnlyList<Prompt> Learnt, IReadOnlyList<Prompt> New) Read(string table, string recordings)
    {
        string[][] rows = [.. System.IO.File.ReadLines(table).Select(line => line.Split('\t'))];
        int path = Array.IndexOf(rows.FirstOrDefault([]), "Path"), text = Array.IndexOf(rows.FirstOrDefault([]), "Text");
        if (path < 0 || text < 0)
            throw new FormatException($"{table} has no columns Path and Text: its first line names them, with a tab between.");
        Prompt[] all = [.. rows.Skip(1)
            .Where(row => row.Length > Math.Max(path, text))
            .Select(row => new Prompt(row[text], Path.Combine(recordings, row[path])))
            .Where(prompt => prompt.Words.Length > 0 && System.IO.File.Exists(prompt.File))];
        // A text that is there twice is learnt or new, but not both.
        string[] texts = [.. all.Select(prompt => prompt.Words).Distinct()];
        HashSet<string> unseen = [.. texts.Where((_, i) => i % NewShare == NewShare - 1)];
        return unseen.Count > 0
            ? ([.. all.Where(prompt => !unseen.Contains(prompt.Words))], [.. all.Where(prompt => unseen.Contains(prompt.Words))])
            : throw new FormatException($"{table} has {texts.Length} texts whose recordings are in {recordings}; {NewShare} are needed.");
    }

    /// <summary>The recording, with its words.</summary>
    public Utterance Recorded() => new(Words, "a person", Sound.Read(File).Trimmed());

    /// <summary>Has prompts spoken by some voices each.</summary>
    public static Utterance[] Say(
        IReadOnlyList<Prompt> prompts, IReadOnlyList<Voice> voices, int voicesPerPrompt, string folder, Random random)
    {
        (Prompt Prompt, Line Line)[] lines = [.. prompts.DistinctBy(prompt => prompt.Words).SelectMany(prompt =>
            Enumerable.Range(0, voicesPerPrompt).Select(_ => (prompt, Line.Draw(Voice.Draw(voices, random), prompt.Text, random))))];
        Sound[] spoken = Speaking.Speak([.. lines.Select(its => its.Line)], folder);
        return [.. lines.Zip(spoken, (its, sound) => new Utterance(its.Prompt.Words, its.Line.Voice.ToString(), sound))];
    }
}
