using System.Diagnostics;
using System.Globalization;

/// <summary>The same model in plain PyTorch, in a process of its own that is idle while this one measures.</summary>
internal sealed class Peer : IDisposable
{
    private const string Python = "/usr/bin/python3";

    private readonly Process _process;
    private readonly Task<string> _errors;

    /// <param name="folder">The model's folder.</param>
    /// <param name="inputs">A file with the texts of a step and the prompt.</param>
    /// <param name="threads">Threads of the tensor library.</param>
    /// <param name="count">Tokens to write.</param>
    public Peer(string folder, string inputs, int threads, int count)
    {
        string script = Path.Combine(AppContext.BaseDirectory, "peer.py");
        _process = Process.Start(new ProcessStartInfo(Python, [script, folder, inputs, $"{threads}", $"{count}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _errors = _process.StandardError.ReadToEndAsync();
        Version = ReadLine();
    }

    public string Version { get; }

    /// <summary>Whether there is a PyTorch.</summary>
    public static bool IsThere()
    {
        if (!File.Exists(Python))
            return false;
        using Process process = Process.Start(new ProcessStartInfo(Python, ["-c", "import torch"]) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    /// <summary>A step of full fine-tuning.</summary>
    public (double Seconds, double Loss) Step()
    {
        (double seconds, string loss) = Ask("step");
        return (seconds, double.Parse(loss, CultureInfo.InvariantCulture));
    }

    /// <summary>The likeliest tokens after the prompt, one by one.</summary>
    public (double Seconds, int[] Ids) Generate()
    {
        (double seconds, string ids) = Ask("generate");
        return (seconds, [.. ids.Split(',').Select(int.Parse)]);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private (double Seconds, string Result) Ask(string question)
    {
        _process.StandardInput.WriteLine(question);
        _process.StandardInput.Flush();
        string[] answer = ReadLine().Split(' ');
        return (double.Parse(answer[0], CultureInfo.InvariantCulture), answer[1]);
    }

    private string ReadLine() => _process.StandardOutput.ReadLine()
        ?? throw new InvalidOperationException($"The PyTorch side ended: {_errors.Result}");
}
