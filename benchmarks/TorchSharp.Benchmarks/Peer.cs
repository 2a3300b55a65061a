using System.Diagnostics;
using System.Globalization;

/// <summary>PyTorch in a process of its own, idle while this one measures.</summary>
internal sealed class Peer : IDisposable
{
    private readonly Process _process;

    internal Peer(int threads)
    {
        string script = Path.Combine(AppContext.BaseDirectory, "peer.py");
        var start = new ProcessStartInfo("/usr/bin/python3", [script, threads.ToString()])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        _process = Process.Start(start)!;
        Version = ReadLine();
    }

    internal string Version { get; }

    /// <summary>Seconds that a round of a case takes there.</summary>
    internal double Round(string request)
    {
        _process.StandardInput.WriteLine(request);
        _process.StandardInput.Flush();
        return double.Parse(ReadLine(), CultureInfo.InvariantCulture);
    }

    private string ReadLine() => _process.StandardOutput.ReadLine()
        ?? throw new InvalidOperationException("The PyTorch side ended. It needs Debian's python3-torch.");

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
