using System.Diagnostics;
using Microsoft.ML.KappaTune.IO;

namespace Microsoft.ML.KappaTune.Study;

/// <summary>A run that ended: with its result, or with the reason why it has none.</summary>
public sealed record CellOutcome(CellSpec Spec, ComparisonCell? Cell, string? Problem);

/// <summary>
/// Does runs, several at once, each in a process of its own: threads and random numbers are a process's, and a run that is killed takes
/// no other with it.
/// </summary>
/// <param name="jobs">Processes at once; 0 for this one, one run after another.</param>
/// <param name="command">The program of a process, and its arguments.</param>
internal sealed class CellPool(int jobs, CellFolder folder, TaskRows rows, IReadOnlyList<string> command)
{
    /// <summary>Calls back for each run that ends, one at a time.</summary>
    /// <exception cref="OperationCanceledException">
    /// It was cancelled; runs that had begun are ended, and those that had ended are kept.
    /// </exception>
    public void Run(IReadOnlyList<CellSpec> specs, Action<CellOutcome> ended, CancellationToken cancellationToken)
    {
        if (jobs == 0)
        {
            foreach (CellSpec spec in specs)
                ended(RunHere(spec, cancellationToken));
            return;
        }

        var gate = new Lock();
        var options = new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancellationToken };
        Parallel.ForEachAsync(specs, options, async (spec, token) =>
        {
            CellOutcome outcome = await RunChild(spec, token);
            lock (gate)
                ended(outcome);
        }).GetAwaiter().GetResult();
    }

    private CellOutcome RunHere(CellSpec spec, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            folder.Save(spec, CellRunner.Run(spec, rows, cancellationToken));
            return new(spec, folder.Find(spec), null);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Any exception is the run's failure, as it is where a run has a process of its own.
            return new(spec, null, PlainText.MessageOf(e));
        }
    }

    private async Task<CellOutcome> RunChild(CellSpec spec, CancellationToken cancellationToken)
    {
        using Process process = Process.Start(new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            Task<string> error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.StandardInput.WriteAsync(spec.ToJson());
            process.StandardInput.Close();
            await process.WaitForExitAsync(cancellationToken);
            string[] lines = (await error + await output)
                .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return process.ExitCode == 0 && folder.Find(spec) is { } cell
                ? new(spec, cell, null)
                : new(spec, null, lines.Length > 0 ? lines[^1] : $"The process ended with code {process.ExitCode}.");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}
