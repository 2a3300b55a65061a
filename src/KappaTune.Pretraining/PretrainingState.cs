namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>Where a run is, and all it knows of what was before: with the weights and the optimizer, what it needs to go on.</summary>
internal sealed record PretrainingState
{
    /// <summary>Steps done.</summary>
    public int Step { get; set; }

    /// <summary>Tokens of the text seen, every time counted.</summary>
    public long Tokens { get; set; }

    /// <summary>Time spent on training, measurements included, in all processes.</summary>
    public TimeSpan Time { get; set; }

    /// <summary>Mean loss of every step.</summary>
    public List<float> Losses { get; init; } = [];

    public List<HeldOutResult> HeldOut { get; init; } = [];
}
