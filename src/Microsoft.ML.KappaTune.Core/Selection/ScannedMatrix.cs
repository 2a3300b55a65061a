using System.Text.Json.Serialization;
using Microsoft.ML.KappaTune.Spectra;

namespace Microsoft.ML.KappaTune;

/// <summary>
/// One matrix of a scanned checkpoint: a tensor viewed as [d0, d1·d2·…], one expert of a stack [experts, rows, columns], or one of the
/// matrices that a tensor, or an expert of a stack, holds.
/// Biases and norms are listed too, without a condition number. In the files of scans and plans a matrix has these members, in snake case.
/// </summary>
public sealed record ScannedMatrix
{
    /// <summary>The tensor's name in the checkpoint.</summary>
    public required string Name { get; init; }

    /// <summary>What the tensor does in the model.</summary>
    [JsonRequired]
    public TensorRole Role { get; init; }

    /// <summary>The layer, from 0; null outside of layers.</summary>
    public int? Layer { get; init; }

    /// <summary>The expert, from 0; null where the matrix is no expert's.</summary>
    public int? Expert { get; init; }

    /// <summary>Whether the matrix is <see cref="Expert"/>'s part of a tensor that stacks all experts.</summary>
    [JsonPropertyName("stacked")]
    public bool IsStacked { get; init; }

    /// <summary>Which of the matrices of a fused tensor it is, or of biases beside one; null where it isn't a part.</summary>
    public TensorPart? Part { get; init; }

    /// <summary>The part's first row or, where the parts lie side by side, its first column, from 0; null where it isn't a part.</summary>
    public long? PartStart { get; init; }

    /// <summary>
    /// The shape of the tensor, of the whole stack where it is one; of the codes where <see cref="Problem"/> says that they can't be read.
    /// </summary>
    public required IReadOnlyList<long> Shape { get; init; }

    /// <summary>How the values are stored, or the codes that they are made of.</summary>
    [JsonRequired, JsonPropertyName("dtype")]
    public TensorDataType DataType { get; init; } = TensorDataType.Float32;

    /// <summary>
    /// How the values are coded, such as <c>GPTQ 4-bit</c> or <c>weight norm</c>; null where they are stored as they are.
    /// <see cref="Kappa"/> is that of the values that the model computes with.
    /// </summary>
    public string? Encoding { get; init; }

    /// <summary>Why the values can't be read, so that there is no condition number; null where they can.</summary>
    public string? Problem { get; init; }

    /// <summary>Bits a code; null where values aren't codes.</summary>
    internal int? CodeBits { get; init; }

    /// <summary>Rows of the matrix; the length of a vector.</summary>
    public required long Rows { get; init; }

    /// <summary>Columns of the matrix; 1 for a vector.</summary>
    public required long Columns { get; init; }

    /// <summary>Values of the matrix.</summary>
    [JsonIgnore]
    public long Parameters => Rows * Columns;

    /// <summary>σ_max / σ_min, 1 to +∞; null for vectors, for what the scan left out, and where a value is NaN or infinite.</summary>
    public double? Kappa { get; init; }

    /// <summary>
    /// A bound of the relative error of <see cref="Kappa"/>, of which no part depends on the processor or the number of threads: values of
    /// the same matrix differ by no more than the bounds of both. Where singular values lie closer together than the scan tells apart, it
    /// rests on random but fixed start vectors, and could fail for a matrix made to defeat them; <c>docs/method.md</c> derives it. Null
    /// where the scan gave none.
    /// </summary>
    public double? KappaError { get; init; }

    /// <summary>Whether <see cref="Kappa"/> is so large that the rounding of the stored values decides it.</summary>
    public bool BeyondPrecision { get; init; }

    /// <summary>Whether <see cref="Kappa"/> is only known to be at least this much: enough to rank it past what was asked for.</summary>
    [JsonPropertyName("lower_bound")]
    public bool IsLowerBound { get; init; }

    /// <summary><see cref="Kappa"/> over that of a random Gaussian matrix of the same shape: about 1 where nothing was learnt.</summary>
    public double? RelativeKappa => Kappa is { } kappa ? kappa / GaussianConditionNumber.Expected(Rows, Columns) : null;

    /// <summary>The largest singular value, or a lower bound where <see cref="IsLowerBound"/>; null where <see cref="Kappa"/> is.</summary>
    public double? SigmaMax { get; init; }

    /// <summary>
    /// The smallest of the min(rows, columns) singular values, or an upper bound where <see cref="IsLowerBound"/>; null where
    /// <see cref="Kappa"/> is.
    /// </summary>
    public double? SigmaMin { get; init; }

    /// <summary>κ or relative κ, as the score asks; null where it isn't known.</summary>
    internal double? ScoreOf(SelectionScore score) => score == SelectionScore.Kappa ? Kappa : RelativeKappa;

    /// <summary>
    /// The name, the expert's number for a part of a stack, and what part of a fused tensor it is: <c>mlp.experts.down_proj[3]</c>,
    /// <c>attn.c_attn.weight[query]</c>.
    /// </summary>
    [JsonIgnore]
    public string Id => Slice.ToString();

    internal TensorSlice Slice => new(Name, IsStacked ? Expert : null, Part is { } part
        ? new SlicePart(LiesSideBySide ? 1 : 0, PartStart ?? 0, LiesSideBySide ? Columns : Rows, part.Label()) : null);

    /// <summary>Whether it is a part that is some columns of its tensor's matrix, not some rows.</summary>
    internal bool LiesSideBySide => Part is not null && Shape.Count > 1 && Columns != Shape[^1];
}
