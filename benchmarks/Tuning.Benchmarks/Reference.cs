using System.Diagnostics;
using System.Globalization;

/// <summary>
/// The same model in plain PyTorch, trained the reference's way, in a process of its own that is idle while this one measures.
/// </summary>
internal sealed class Reference : IDisposable
{
    private const string Python = "/usr/bin/python3";

    private readonly Process _process;
    private readonly Task<string> _errors;

    /// <param name="model">The base model's folder.</param>
    /// <param name="rows">A file of rows, as <see cref="Corpus"/> writes it.</param>
    /// <param name="selected">A file with the names of the tensors that train.</param>
    /// <param name="setting">Threads and length.</param>
    public Reference(string model, string rows, string selected, Setting setting)
    {
        string script = Path.Combine(AppContext.BaseDirectory, "reference.py");
        _process = Process.Start(new ProcessStartInfo(
            Python, [script, model, rows, selected, $"{setting.Threads}", $"{setting.MaxTokens}", $"{Setting.BatchSize}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _errors = _process.StandardError.ReadToEndAsync();
        Version = ReadLine();
    }

    public string Version { get; }

    /// <summary>Whether there is a PyTorch of the same version as this libtorch.</summary>
    public static bool IsThere()
    {
        if (!File.Exists(Python))
            return false;
        using Process process = Process.Start(new ProcessStartInfo(Python, ["-c", "import torch"]) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    /// <summary>Seconds of an epoch.</summary>
    public double Epoch() => Ask("epoch");

    /// <summary>The most resident memory so far, in bytes.</summary>
    public long PeakMemory() => (long)Ask("memory") * 1024;

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private double Ask(string question)
    {
        _process.StandardInput.WriteLine(question);
        _process.StandardInput.Flush();
        return double.Parse(ReadLine(), CultureInfo.InvariantCulture);
    }

    private string ReadLine() => _process.StandardOutput.ReadLine()
        ?? throw new InvalidOperationException($"The PyTorch side ended: {_errors.Result}");
}
