namespace Microsoft.ML.Trainers.FastTree;

/// <summary>Options of trainers of boosted trees.</summary>
public abstract class BoostedTreeOptions : TreeOptions
{
    /// <summary>Options with their defaults.</summary>
    protected BoostedTreeOptions()
    {
    }

    /// <summary>The share of a full Newton step that each tree takes. Default 0.2; above 0.</summary>
    public double LearningRate = 0.2;

    /// <summary>Another factor on each tree's step. Default 1; above 0.</summary>
    public double Shrinkage = 1;

    /// <summary>The largest score, positive or negative, that a leaf may add. Default 100; above 0.</summary>
    public double MaximumTreeOutput = 100;
}
