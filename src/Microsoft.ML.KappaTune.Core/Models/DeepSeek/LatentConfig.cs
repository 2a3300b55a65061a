namespace Microsoft.ML.KappaTune.Models;

/// <summary>The sizes of attention whose keys and values are made of one short vector a token.</summary>
internal sealed record LatentConfig
{
    /// <summary>Values of that vector.</summary>
    public required int Rank { get; init; }

    /// <summary>Values of the one that queries are made of; null where they are made of the states.</summary>
    public required int? QueryRank { get; init; }

    /// <summary>Values of a head's query or key that have no position.</summary>
    public required int PlainSize { get; init; }

    /// <summary>Values that are turned by it, an even number.</summary>
    public required int TurnedSize { get; init; }

    /// <summary>Values of a head's value.</summary>
    public required int ValueSize { get; init; }

    /// <summary>How fast scores grow with the length that the model was taught; null for not at all.</summary>
    public double? Growth { get; init; }

    /// <summary>What scores are multiplied by the square of, besides the usual scale.</summary>
    public double Sharpness { get; init; } = 1;

    /// <summary>What scores are multiplied by.</summary>
    public double ScoreScale => Sharpness * Sharpness / Math.Sqrt(PlainSize + TurnedSize);
}
