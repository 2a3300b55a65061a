using System.Text.Json.Serialization;

namespace Microsoft.ML.KappaTune.Study;

/// <summary>
/// Ways to fine-tune one base model on one task, what each learnt and what each forgot: the file <c>comparison.json</c>, whose fields
/// docs/comparison-json.md explains. Names are in camel case there; what isn't known is null.
/// </summary>
public sealed record ComparisonResult
{
    /// <summary>The version of the file's form.</summary>
    public int Format { get; init; } = ComparisonJson.Format;

    /// <summary>Tells this file from others: always <c>comparison</c>.</summary>
    public string Kind { get; init; } = ComparisonJson.Kind;

    /// <summary><c>methods</c>, or <c>per-tensor</c>, where each method is one tensor that trains alone.</summary>
    public required string Study { get; init; }

    public required ComparedBase Base { get; init; }

    public required ComparedTask Task { get; init; }

    /// <summary>The texts on which forgetting is measured; the first is the main one.</summary>
    public required IReadOnlyList<ComparedControlText> Controls { get; init; }

    public required ComparisonSettings Settings { get; init; }

    /// <summary>Whether a language model was compared, which guesses next tokens and tells classes by words.</summary>
    internal bool IsOfLanguageModel => Controls is [{ Bytes: not null }, ..];

    /// <summary>Whether models that hear were compared.</summary>
    [JsonIgnore]
    public bool IsOfSpeech => Cells is [{ Points: [{ WordErrorRate: not null }, ..] }, ..];

    public required IReadOnlyList<ComparedMethod> Methods { get; init; }

    /// <summary>Every finished run.</summary>
    public required IReadOnlyList<ComparisonCell> Cells { get; init; }

    /// <summary>Runs that gave no result.</summary>
    public IReadOnlyList<ComparisonFailure> Failures { get; init; } = [];

    public required ComparisonBaselines Baselines { get; init; }

    /// <summary>Null where no run has an epoch.</summary>
    public MatchedAdaptation? Matched { get; init; }

    /// <summary>The tensors of a <c>per-tensor</c> study; empty for <c>methods</c>.</summary>
    public IReadOnlyList<ComparedTensor> PerTensor { get; init; } = [];

    /// <summary>How each score goes with forgetting over those tensors; empty where there are fewer than three.</summary>
    public IReadOnlyList<ForgettingCorrelation> Correlations { get; init; } = [];

    /// <summary>The mean forgetting of those tensors by role.</summary>
    public IReadOnlyList<ForgettingByRole> Roles { get; init; } = [];
}

/// <summary>The accuracy of classifiers that need no base model, on the same test rows.</summary>
public sealed record ComparisonBaselines
{
    /// <summary>The accuracy of always naming the training rows' most frequent class; 0 where there are no classes.</summary>
    public required double Majority { get; init; }

    /// <summary>The accuracy of a logistic regression on words and pairs of words; null where it wasn't asked for.</summary>
    public double? BagOfWords { get; init; }
}
