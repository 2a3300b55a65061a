using System.Diagnostics;
using System.Globalization;

/// <summary>
/// The same model in plain PyTorch, in a process of its own that is idle while this one measures: it answers a line with a line.
/// </summary>
internal sealed class PyTorch : IDisposable
{
    private const string Python = "/usr/bin/python3";

    private readonly Process _process;
    private readonly Task<string> _errors;

    private PyTorch(string script, string[] arguments)
    {
        _process = Start([Path.Combine(AppContext.BaseDirectory, script), .. arguments]);
        _errors = _process.StandardError.ReadToEndAsync();
        Version = ReadLine();
    }

    public string Version { get; }

    /// <summary>Runs a script that lies beside this program and says its PyTorch's version first; null where there is no PyTorch.</summary>
    public static PyTorch? Open(string script, params string[] arguments)
    {
        if (!File.Exists(Python))
            return null;
        using Process process = Start(["-c", "import torch"]);
        process.WaitForExit();
        return process.ExitCode == 0 ? new(script, arguments) : null;
    }

    public string Ask(string question)
    {
        _process.StandardInput.WriteLine(question);
        _process.StandardInput.Flush();
        return ReadLine();
    }

    public double AskNumber(string question) => double.Parse(Ask(question), CultureInfo.InvariantCulture);

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static Process Start(string[] arguments) => Process.Start(new ProcessStartInfo(Python, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    private string ReadLine() => _process.StandardOutput.ReadLine()
        ?? throw new InvalidOperationException($"The PyTorch side ended: {_errors.Result}");
}
