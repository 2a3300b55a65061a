using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Spectra;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Scanning;

/// <summary>The options of a scan that need no checkpoint to be checked, and the device they name.</summary>
internal static class ScanOptionsCheck
{
    /// <exception cref="ArgumentException">An option is out of range; the message names it, its value and what is allowed.</exception>
    public static Device Validate(ScanOptions options)
    {
        Require(Enum.IsDefined(options.Precision), nameof(options.Precision), options.Precision, "Exact or Ranking");
        Require(Enum.IsDefined(options.NonFinite), nameof(options.NonFinite), options.NonFinite, "Error or Report");
        Require(options.Selection is not null, nameof(options.Selection), "null", "a selection");
        Require(options.Threads >= 0, nameof(options.Threads), options.Threads, "0 or more");
        Require(options.ShardCount >= 1, nameof(options.ShardCount), options.ShardCount, "1 or more");
        Require(
            options.Shard >= 1 && options.Shard <= options.ShardCount,
            nameof(options.Shard), options.Shard, $"from 1 to ShardCount, which is {options.ShardCount}");
        Require(options.CacheDirectory is not "", nameof(options.CacheDirectory), "empty", "a folder, or null for no cache");
        return DeviceName.Parse(options.Device);
    }

    private static void Require(bool holds, string property, object value, string allowed)
    {
        if (!holds)
            throw new ArgumentException(FormattableString.Invariant($"{property} is {value}; allowed is {allowed}."), property);
    }
}
