using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.ML.KappaTune.Options;

namespace Microsoft.ML.KappaTune;

/// <summary>What a scan covers, and how. Immutable; checked once, when the scan starts.</summary>
public sealed record ScanOptions
{
    /// <summary>How far the scan goes. Default: <see cref="ScanPrecision.Exact"/>.</summary>
    [Description("exact: every κ; ranking: as far as the selection needs, which is faster")]
    public ScanPrecision Precision { get; init; }

    /// <summary>
    /// What the scan is for: only its candidates are scanned, and <see cref="ScanPrecision.Ranking"/> stops where it can decide.
    /// Default: the lowest 20 %.
    /// </summary>
    [Allowed("a selection")]
    public KappaSelection Selection { get; init; } = KappaSelection.LowestFraction(0.2);

    /// <summary>Threads of the tensor library, 1 or more; 0 for all cores. Default: 0.</summary>
    /// <remarks>
    /// A scan of the same tensor with as many threads on the same machine gives the same κ to the last bit. With other numbers of
    /// threads, on another processor, or beside other experts of a stack, sums are rounded otherwise: two values of the same matrix then
    /// differ by no more than the sum of their <see cref="ScannedMatrix.KappaError"/>.
    /// </remarks>
    [Range(0, int.MaxValue), NoEffectOnResult]
    public int Threads { get; init; }

    /// <summary>
    /// Where the work is done: <c>auto</c> (the first GPU, where there is one), <c>cpu</c>, <c>cuda</c> or <c>cuda:0</c>.
    /// Default: <c>cpu</c>.
    /// </summary>
    [Allowed("auto, cpu, cuda or cuda:0"), NoEffectOnResult]
    public string Device { get; init; } = "cpu";

    /// <summary>
    /// Folder of the cache, which knows a tensor by its content and so serves every model and folder; null for none. Several processes may
    /// use it at once. One that can't be read or written is as none. Default: <see cref="DefaultCacheDirectory"/>.
    /// </summary>
    [MinLength(1), Allowed("a folder"), NoEffectOnResult]
    public string? CacheDirectory { get; init; } = DefaultCacheDirectory;

    /// <summary>Which part of the tensors is scanned, 1 or more, at most <see cref="PartCount"/>. Default: 1.</summary>
    [Range(1, int.MaxValue)]
    public int Part { get; init; } = 1;

    /// <summary>In how many parts the scan is split, 1 or more; their reports are joined by merging. Default: 1.</summary>
    [Range(1, int.MaxValue)]
    public int PartCount { get; init; } = 1;

    /// <summary>What a NaN or an infinity in a weight does. Default: <see cref="NonFiniteHandling.Error"/>.</summary>
    [Description("A weight that is NaN or infinite: error, or report: its tensor is listed without κ")]
    public NonFiniteHandling NonFinite { get; init; }

    /// <summary>Called after every tensor, from the scanning thread; default: null. An exception from it ends the scan.</summary>
    [NoEffectOnResult]
    public Action<ScanProgress>? Progress { get; init; }

    /// <summary>
    /// The user's cache folder: <c>KAPPATUNE_CACHE</c>, else <c>kappatune</c> in the operating system's folder for caches, or for temporary
    /// files where the user has no home.
    /// </summary>
    public static string DefaultCacheDirectory => CacheFolder.Default;
}
