namespace Microsoft.ML.KappaTune.Models;

/// <summary>What a decoder's mixtures of experts are like.</summary>
internal sealed record ExpertConfig
{
    /// <summary>More than any model has, and few enough to list.</summary>
    public const int MaximumCount = 1024;

    /// <summary>Experts of a layer.</summary>
    public required int Count { get; init; }

    /// <summary>Experts that compute for a token.</summary>
    public required int ChosenCount { get; init; }

    /// <summary>Values between the projections of an expert.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Whether the weights of a token's experts are scaled to a sum of 1.</summary>
    public required bool Renormalises { get; init; }

    /// <summary>What they are multiplied by.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>Values between the projections of the expert that computes for every token; 0 where there is none.</summary>
    public int SharedSize { get; init; }

    /// <summary>The layers, counted from 0, that have one feed-forward network instead.</summary>
    public IReadOnlyList<int> DenseLayers { get; init; } = [];
}
