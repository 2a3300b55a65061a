using System.Security.Cryptography;
using System.Text;

/// <summary>Has lines spoken, as sound without silence around it; what was spoken once is kept in a folder.</summary>
internal static class Speaking
{
    /// <param name="lines">What is to be said.</param>
    /// <param name="folder">Keeps what was said, a file a line, so that an interrupted program goes on.</param>
    /// <exception cref="InvalidOperationException">A synthesizer failed.</exception>
    public static Sound[] Speak(IReadOnlyList<Line> lines, string folder)
    {
        Directory.CreateDirectory(folder);
        string[] files = [.. lines.Select(line => Path.Combine(folder, $"{NameOf(line)}.wav"))];
        IEnumerable<(Line Line, string File)[]> missing = lines.Zip(files)
            .DistinctBy(its => its.Second).Where(its => !File.Exists(its.Second))
            .GroupBy(its => its.First.Voice.Synthesizer)
            .SelectMany(its => its.Chunk(its.Key.LinesAtOnce));
        try
        {
            Parallel.ForEach(
                missing, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
                chunk => Speak(chunk, chunk[0].Line.Voice.Synthesizer));
        }
        catch (AggregateException e)
        {
            throw e.InnerExceptions[0];
        }

        return [.. files.Select(Sound.Read)];
    }

    private static void Speak((Line Line, string File)[] lines, Synthesizer synthesizer)
    {
        synthesizer.Speak([.. lines.Select(its => (its.Line, its.File + ".new"))]);
        foreach ((_, string file) in lines)
        {
            // Whole or not at all, as this may be interrupted.
            File.WriteAllBytes(file + ".new", Sound.Read(file + ".new").Trimmed().ToWave());
            File.Move(file + ".new", file, overwrite: true);
        }
    }

    private static string NameOf(Line line)
    {
        string all = FormattableString.Invariant($"{line.Voice} {line.Speed} {line.Pitch} {line.Text}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all)).AsSpan(0, 10));
    }
}
