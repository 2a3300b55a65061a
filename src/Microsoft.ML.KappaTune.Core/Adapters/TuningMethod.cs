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
    public bool IsLora => Rank != 0 || ParameterBudget is not null;

    /// <summary>The rank of the adapters, 1 or more; 0 for <see cref="Direct"/>. Default: 0.</summary>
    [Description("With lora: the adapters' rank"), Range(1, int.MaxValue)]
    public int Rank { get; init; }

    /// <summary>
    /// The most parameters of all adapters together, which their ranks are fitted to, 1 or more. The ranks differ by one at most, but for
    /// matrices that have no larger one; of all such ranks they are the ones that come closest, and among matrices that cost the same
    /// those of the lowest κ have the larger. All experts of a layer have one rank for their gates and other projections, and one for
    /// their last projections, as PEFT needs it. <see cref="Rank"/> is 0 then. Default: null, all adapters have <see cref="Rank"/>.
    /// </summary>
    [Description("With lora: the most parameters of all adapters together, which their ranks are fitted to (instead of --rank)")]
    [Range(1, int.MaxValue)]
    public int? ParameterBudget { get; init; }

    /// <summary>
    /// Adapters are scaled by this over <see cref="Rank"/>; above 0 and finite. Default: twice the rank. With a
    /// <see cref="ParameterBudget"/> it is the same for adapters of every rank, unless it is left out: then it is 0 here, and each adapter
    /// has twice its own rank, so that all are scaled by 2.
    /// </summary>
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

    /// <summary>Like <see cref="Lora"/>, with ranks that are fitted to a number of parameters.</summary>
    /// <param name="parameterBudget">The most parameters of all adapters together, 1 or more; see <see cref="ParameterBudget"/>.</param>
    /// <param name="alpha">Above 0, for all adapters; null for twice each one's rank.</param>
    /// <param name="dropout">0 or more, below 1.</param>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public static TuningMethod LoraWithin(int parameterBudget, double? alpha = null, double dropout = 0)
    {
        Require(nameof(ParameterBudget), parameterBudget, nameof(parameterBudget));
        Require(nameof(Alpha), alpha ?? 1, nameof(alpha));
        Require(nameof(Dropout), dropout, nameof(dropout));
        return new() { ParameterBudget = parameterBudget, Alpha = alpha ?? 0, Dropout = dropout };
    }

    /// <summary>Whether rank, budget, alpha and dropout are the same.</summary>
    public bool Equals(TuningMethod? other) => other is not null
        && (Rank, ParameterBudget, Alpha, Dropout) == (other.Rank, other.ParameterBudget, other.Alpha, other.Dropout);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Rank, ParameterBudget, Alpha, Dropout);

    /// <summary>Says the method in words, such as <c>LoRA of rank 16</c>.</summary>
    public override string ToString()
    {
        if (!IsLora)
            return "direct";
        string alpha = ParameterBudget is null || Alpha > 0 ? FormattableString.Invariant($"alpha {Alpha}") : "alpha twice the rank";
        string ranks = ParameterBudget is { } budget
            ? FormattableString.Invariant($"LoRA of ranks for at most {budget} parameters")
            : FormattableString.Invariant($"LoRA of rank {Rank}");
        return $"{ranks}, {alpha}{(Dropout > 0 ? FormattableString.Invariant($", dropout {Dropout}") : "")}";
    }

    /// <summary>The alpha of an adapter of this rank.</summary>
    internal double AlphaOf(int rank) => ParameterBudget is null || Alpha > 0 ? Alpha : 2.0 * rank;

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

        if (ParameterBudget is { } budget)
        {
            problems.Require(Rank == 0, nameof(Rank), Rank, "0 where a ParameterBudget says what the ranks are");
            Require(nameof(ParameterBudget), budget);
        }
        else
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
