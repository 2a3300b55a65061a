using System.ComponentModel;
using System.Diagnostics;

/// <summary>A program that speaks.</summary>
internal abstract class Synthesizer
{
    public static IReadOnlyList<Synthesizer> All { get; } = [new EspeakNg(), new Flite(), new Festival()];

    /// <summary>The command.</summary>
    public abstract string Program { get; }

    /// <summary>The package of Debian and Ubuntu that has it.</summary>
    public virtual string Package => Program;

    /// <summary>Lines that it speaks in one process.</summary>
    public virtual int LinesAtOnce => 1;

    /// <summary>The names of its voices that are installed; none where the program isn't.</summary>
    public abstract IReadOnlyList<string> FindVoices();

    /// <summary>Speaks lines, each to a WAV file.</summary>
    public abstract void Speak(IReadOnlyList<(Line Line, string File)> lines);

    /// <summary>Runs the program to its end.</summary>
    /// <returns>What it wrote; null where it isn't installed.</returns>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    protected string? Run(params IEnumerable<string> arguments)
    {
        Process? process;
        try
        {
            process = Process.Start(new ProcessStartInfo(Program, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            });
        }
        catch (Win32Exception)
        {
            return null;
        }

        using (process)
        {
            Task<string> error = process!.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{Program} failed: {error.Result.Trim()}");
        }
    }

    protected static string Number(double value) => value.ToString("0.###", System.Globalization.CultureInfo.InvariantCulture);
}
