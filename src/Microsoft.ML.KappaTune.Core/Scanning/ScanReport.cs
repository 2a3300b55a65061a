using System.Text.Json.Serialization;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Scanning;
using Microsoft.ML.KappaTune.Selection;

namespace Microsoft.ML.KappaTune;

/// <summary>
/// The matrices of a checkpoint with their condition numbers, as a scan found them. Immutable. The properties, in this order and in snake
/// case, are the file's fields.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ScanReport
{
    [JsonInclude, JsonRequired]
    internal int Schema { get; init; } = MatrixJson.Schema;

    /// <summary>The folder or file that was scanned.</summary>
    public required string Model { get; init; }

    /// <summary>
    /// Tells models apart: a hash of the names, shapes and types of all tensors and of samples of their content. It doesn't depend on where
    /// the model lies.
    /// </summary>
    [JsonRequired]
    public string Fingerprint { get; init; } = "";

    /// <summary>How far the scan went.</summary>
    public required ScanPrecision Precision { get; init; }

    /// <summary>What was scanned for: matrices that aren't its candidates have no condition number.</summary>
    [JsonRequired, JsonPropertyName("scanned_for")]
    public KappaSelection Selection { get; init; } = KappaSelection.LowestFraction(0.2);

    /// <summary>The selection of the plan that was saved with the scan; null in memory, and in a file without a plan.</summary>
    [JsonInclude, JsonPropertyName("selection")]
    internal KappaSelection? PlannedFor { get; init; }

    /// <summary>Where the work was done, such as <c>cpu</c> or <c>cuda:0</c>.</summary>
    public required string Device { get; init; }

    /// <summary>Tensors that were computed.</summary>
    public required int Computed { get; init; }

    /// <summary>Tensors that the cache knew.</summary>
    public required int Cached { get; init; }

    /// <summary>How long the scan took; the sum over its parts where it was merged.</summary>
    [JsonPropertyName("elapsed_seconds"), JsonConverter(typeof(SecondsConverter))]
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Which part of the scan this is, from 1 to <see cref="PartCount"/>.</summary>
    [JsonRequired, JsonPropertyName("shard")]
    public int Part { get; init; } = 1;

    /// <summary>The number of parts; 1 for a whole scan.</summary>
    [JsonRequired, JsonPropertyName("shard_count")]
    public int PartCount { get; init; } = 1;

    /// <summary>
    /// Warnings about the model's files, each with the file's name: fields that aren't known here and have no effect, though they may have
    /// one in other programs.
    /// </summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The matrices, in ordinal order of names, then experts, then parts.</summary>
    [JsonPropertyName("tensors"), JsonConverter(typeof(MatrixListConverter))]
    public required IReadOnlyList<ScannedMatrix> Matrices { get; init; }

    /// <summary>Applies <see cref="Selection"/>.</summary>
    /// <inheritdoc cref="Plan(KappaSelection)"/>
    public TuningPlan Plan() => Plan(Selection);

    /// <summary>Applies a selection.</summary>
    /// <exception cref="ArgumentException">The selection is invalid, a pattern matches nothing, or nothing would be trained.</exception>
    /// <exception cref="InvalidOperationException">
    /// This is a part of a scan, or a <see cref="ScanPrecision.Ranking"/> for another selection, which left out what this one needs, or the
    /// scan took the model's fused matrices otherwise than the selection does.
    /// </exception>
    public TuningPlan Plan(KappaSelection selection)
    {
        ArgumentNullException.ThrowIfNull(selection);
        if (PartCount > 1)
            throw new InvalidOperationException($"This is part {Part} of {PartCount} of a scan: merge all parts first.");
        if (Matrices.Any(matrix => matrix.IsLowerBound) && !SelectionCheck.AreSame(selection, Selection))
        {
            throw new InvalidOperationException(
                $"This scan only ranked for \"{Selection}\", so \"{selection}\" may need values it left out: "
                + "scan for that, or with Precision = Exact.");
        }

        if (selection.Fused != Selection.Fused && Matrices.Any(matrix => matrix.Part is not null || FusedTensors.IsFused(matrix)))
        {
            throw new InvalidOperationException(
                $"This scan has κ of fused matrices with Fused = {Selection.Fused}, and the selection is with Fused = {selection.Fused}: "
                + "scan for that.");
        }

        return TuningPlan.Create(Matrices, selection, Model);
    }

    /// <summary>Joins the parts of a scan, in any order.</summary>
    /// <exception cref="ArgumentException">
    /// A part is missing or there twice, or parts are of different models, selections, precisions or numbers of parts.
    /// </exception>
    public static ScanReport Merge(IEnumerable<ScanReport> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        return ScanMerge.Merge([.. parts]);
    }

    /// <summary>Saves the scan as JSON, whole or not at all; with the decisions of a plan of it, if one is given.</summary>
    /// <remarks>
    /// <c>{"schema":1,"model":…,"tensors":[{"name","role","layer","expert","shape","dtype","kappa","kappa_error","beyond_precision",
    /// "lower_bound","relative_kappa","sigma_max","sigma_min","rank","selected","reason"}, …]}</c> and what else a report says.
    /// An infinite κ is the string "Infinity"; what isn't known is null. With a plan, <see cref="TuningPlan.Load"/> reads the file too.
    /// </remarks>
    /// <exception cref="ArgumentException">The plan isn't one of this scan's matrices.</exception>
    public void Save(string path, TuningPlan? plan = null) => ScanJson.Save(this, plan, path);

    /// <summary>Loads a scan that was saved as JSON.</summary>
    /// <exception cref="FormatException">The file isn't a scan; the message names the file and the field.</exception>
    public static ScanReport Load(string path) => ScanJson.Load(path);
}
