using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Options;
using Microsoft.ML.KappaTune.Selection;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Scanning;

/// <summary>The options of a scan that need no checkpoint to be checked, and the device they name.</summary>
internal static class ScanOptionsCheck
{
    /// <exception cref="ArgumentException">Options are out of range; the message names each, its value and what is allowed.</exception>
    public static Device Validate(ScanOptions options)
    {
        var problems = new OptionProblems();
        problems.Check(options);
        SelectionCheck.Check(options.Selection, problems);
        problems.Require(
            options.ShardCount < 1 || options.Shard <= options.ShardCount,
            nameof(options.Shard), options.Shard, FormattableString.Invariant($"from 1 to ShardCount, which is {options.ShardCount}"));
        Device? device = problems.Try(nameof(options.Device), () => DeviceName.Parse(options.Device));
        problems.Throw();
        return device!;
    }
}
