namespace Microsoft.ML.KappaTune.Adapters.Lora;

/// <summary>The size and strength of one adapter.</summary>
/// <param name="Rank">Rows of A and columns of B.</param>
/// <param name="Alpha">What the product is scaled by, before the rank counts.</param>
/// <param name="Dropout">The share of inputs that are dropped in training mode.</param>
/// <param name="IsRankStabilized">Whether the scale falls with the rank's root (Kalajdzievski, arXiv:2312.03732), not with it.</param>
internal sealed record LoraSettings(int Rank, double Alpha, double Dropout = 0, bool IsRankStabilized = false)
{
    /// <summary>What B·A is multiplied by.</summary>
    public double Scale => Alpha / (IsRankStabilized ? Math.Sqrt(Rank) : Rank);
}
