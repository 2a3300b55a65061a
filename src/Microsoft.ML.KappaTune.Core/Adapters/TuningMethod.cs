using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.ML.KappaTune.Options;

namespace Microsoft.ML.KappaTune;

/// <summary>How the selected tensors train: themselves, or through low-rank adapters beside them. Immutable.</summary>
[TypeConverter(typeof(ObjectConverter))]
[WrittenAs("""{ "Rank": 8 } for LoRA; leave it out for direct training""")]
public sealed record TuningMethod
{
    private readonly double? _alpha;

    /// <summary>The selected tensors themselves train.</summary>
    public static TuningMethod Direct => new();

    /// <summary>Whether adapters train instead of the tensors.</summary>
    public bool IsLora => Rank != 0;

    /// <summary>The rank of the adapters, 1 or more; 0 for <see cref="Direct"/>. Default: 0.</summary>
    [Description("With lora: the adapters' rank"), Range(1, int.MaxValue)]
    public int Rank { get; init; }

    /// <summary>Adapters are scaled by this over <see cref="Rank"/>; above 0 and finite. Default: twice the rank.</summary>
    [Description("With lora: adapters are scaled by alpha / rank (default: twice the rank)")]
    [Range(0, double.MaxValue, MinimumIsExclusive = true)]
    public double Alpha
    {
        get => _alpha ?? 2.0 * Rank;
        init => _alpha = value;
    }

    /// <summary>The share of an adapter's inputs that are dropped in training; 0 or more, below 1. Default: 0.</summary>
    [Description("With lora: the share of adapters' inputs that are dropped"), Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Dropout { get; init; }

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
        Require(nameof(Rank), rank, nameof(rank));
        Require(nameof(Alpha), alpha ?? 1, nameof(alpha));
        Require(nameof(Dropout), dropout, nameof(dropout));
        var method = new TuningMethod { Rank = rank, Dropout = dropout };
        return alpha is { } given ? method with { Alpha = given } : method;
    }

    /// <summary>Whether rank, alpha and dropout are the same.</summary>
    public bool Equals(TuningMethod? other) => other is not null && (Rank, Alpha, Dropout) == (other.Rank, other.Alpha, other.Dropout);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Rank, Alpha, Dropout);

    /// <summary>Says the method in words, such as <c>LoRA of rank 16</c>.</summary>
    public override string ToString() => IsLora
        ? FormattableString.Invariant($"LoRA of rank {Rank}, alpha {Alpha}{(Dropout > 0 ? $", dropout {Dropout}" : "")}")
        : "direct";

    /// <summary>Adds what is wrong with it.</summary>
    internal void Check(OptionProblems problems)
    {
        // Written and read again, direct training has an alpha of 0.
        if (!IsLora)
        {
            const string NeedsRank = "0 where Rank is 0: for LoRA, set a Rank of 1 or more";
            problems.Require(Alpha == 0, nameof(Alpha), Alpha, NeedsRank);
            problems.Require(Dropout == 0, nameof(Dropout), Dropout, NeedsRank);
            return;
        }

        problems.Require(Rank >= 1, nameof(Rank), Rank, "1 or more, or 0 for direct training");
        // The default is wrong where the rank is, and configuration sets it as well.
        if (Alpha != 2.0 * Rank)
            Require(nameof(Alpha), Alpha);
        Require(nameof(Dropout), Dropout);

        void Require(string property, object value)
        {
            OptionInfo option = OptionInfo.Get(typeof(TuningMethod), property);
            problems.Require(option.Allows(value), property, value, option.Allowed);
        }
    }

    private static void Require(string property, object value, string parameter)
    {
        OptionInfo option = OptionInfo.Get(typeof(TuningMethod), property);
        if (!option.Allows(value))
            throw new ArgumentException(OptionInfo.Problem(parameter, value, option.Allowed), parameter);
    }
}
