namespace Microsoft.ML.KappaTune;

/// <summary>How the selected tensors train: themselves, or through low-rank adapters beside them. Immutable.</summary>
public sealed record TuningMethod
{
    private TuningMethod()
    {
    }

    /// <summary>The selected tensors themselves train.</summary>
    public static TuningMethod Direct { get; } = new();

    /// <summary>Whether adapters train instead of the tensors.</summary>
    public bool IsLora => Rank > 0;

    /// <summary>The rank of the adapters; 0 for <see cref="Direct"/>.</summary>
    public int Rank { get; private init; }

    /// <summary>Adapters are scaled by this over <see cref="Rank"/>.</summary>
    public double Alpha { get; private init; }

    /// <summary>The share of an adapter's inputs that are dropped in training.</summary>
    public double Dropout { get; private init; }

    /// <summary>
    /// Beside each selected weight W trains W + (alpha / rank) · B A, with A of <paramref name="rank"/> rows and B of as many columns,
    /// B zero at first (Hu et al., arXiv:2106.09685); W stays as it is.
    /// </summary>
    /// <param name="rank">1 or more.</param>
    /// <param name="alpha">Above 0; null for twice the rank.</param>
    /// <param name="dropout">0 or more, below 1.</param>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public static TuningMethod Lora(int rank = 16, double? alpha = null, double dropout = 0)
    {
        Require(rank >= 1, nameof(rank), rank, "1 or more");
        Require(alpha is null or (> 0 and < double.PositiveInfinity), nameof(alpha), alpha ?? 0, "above 0 and finite");
        Require(dropout is >= 0 and < 1, nameof(dropout), dropout, "0 or more and below 1");
        return new() { Rank = rank, Alpha = alpha ?? 2.0 * rank, Dropout = dropout };
    }

    /// <summary>Says the method in words, such as <c>LoRA of rank 16</c>.</summary>
    public override string ToString() => IsLora
        ? FormattableString.Invariant($"LoRA of rank {Rank}, alpha {Alpha}{(Dropout > 0 ? $", dropout {Dropout}" : "")}")
        : "direct";

    private static void Require(bool holds, string parameter, double value, string allowed)
    {
        if (!holds)
            throw new ArgumentException(FormattableString.Invariant($"{parameter} is {value}; allowed is {allowed}."), parameter);
    }
}
