namespace Microsoft.ML.Trainers.FastTree;

/// <summary>Sums over rows: of their gradients and weights, and how many they are.</summary>
internal struct BinSums
{
    public double Gradient;
    public double Weight;
    public int Count;
}
