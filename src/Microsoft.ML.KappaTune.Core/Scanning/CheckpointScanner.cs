using Microsoft.ML.KappaTune.Options;
using Microsoft.ML.KappaTune.Scanning;
using Microsoft.ML.KappaTune.Selection;
using TorchSharp;

namespace Microsoft.ML.KappaTune;

/// <summary>
/// Finds the condition number of the weights of a checkpoint, without loading the model: tensors are read from the mapped files, a few
/// at a time. Safe to call from several threads, but <see cref="ScanOptions.Threads"/> is a setting of the whole process.
/// </summary>
public static class CheckpointScanner
{
    /// <summary>Scans the candidates of <see cref="ScanOptions.Selection"/>; other tensors are listed without condition numbers.</summary>
    /// <param name="path">
    /// A folder in Hugging Face layout, one safetensors or GGUF file, an encoder's ONNX file, or <see cref="BaseModel.Embedded"/>.
    /// </param>
    /// <param name="options">What to scan and how; null for the defaults.</param>
    /// <param name="cancellationToken">Stops between tensors; what was found stays in the cache.</param>
    /// <exception cref="ArgumentException">An option is out of range, a pattern matches nothing, or there is no such device.</exception>
    /// <exception cref="CheckpointFormatException">The checkpoint can't be read, or a weight is NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">The scan was cancelled.</exception>
    public static ScanReport Scan(string path, ScanOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new();
        torch.Device device = Validate(options);
        using Checkpoint checkpoint = Checkpoint.Open(path);
        return Run(checkpoint, options, device, cancellationToken);
    }

    /// <summary>Scans a checkpoint that is open.</summary>
    /// <inheritdoc cref="Scan(string, ScanOptions?, CancellationToken)"/>
    internal static ScanReport Scan(Checkpoint checkpoint, ScanOptions options, CancellationToken cancellationToken = default) =>
        Run(checkpoint, options, Validate(options), cancellationToken);

    private static ScanReport Run(Checkpoint checkpoint, ScanOptions options, torch.Device device, CancellationToken cancellationToken)
    {
        using var threads = new ThreadSetting(options.Threads);
        return new ScanRun(checkpoint, options, device, cancellationToken).Run();
    }

    /// <summary>Checks the options without a checkpoint, and finds the device.</summary>
    /// <exception cref="ArgumentException">Options are out of range; the message names each, its value and what is allowed.</exception>
    private static torch.Device Validate(ScanOptions options)
    {
        var problems = new OptionProblems();
        problems.Check(options);
        SelectionCheck.Check(options.Selection, problems.Within(nameof(options.Selection)));
        problems.Require(
            options.PartCount < 1 || options.Part <= options.PartCount,
            nameof(options.Part), options.Part, FormattableString.Invariant($"from 1 to PartCount, which is {options.PartCount}"));
        problems.Require(DeviceName.IsWellFormed(options.Device), nameof(options.Device), options.Device, DeviceName.Allowed);
        problems.Throw();
        return DeviceName.Parse(options.Device);
    }
}
