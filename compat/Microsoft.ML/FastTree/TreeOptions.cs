namespace Microsoft.ML.Trainers.FastTree;

/// <summary>Options of trainers of trees.</summary>
public abstract class TreeOptions : TrainerInputBaseWithGroupId
{
    /// <summary>Options with their defaults.</summary>
    protected TreeOptions()
    {
    }

    /// <summary>How many trees to grow. Default 100; 1 or more.</summary>
    public int NumberOfTrees = 100;

    /// <summary>The most leaves of a tree. Default 20; 2 or more.</summary>
    public int NumberOfLeaves = 20;

    /// <summary>The fewest training rows of a leaf. Default 10; 1 or more.</summary>
    public int MinimumExampleCountPerLeaf = 10;

    /// <summary>Into how many intervals a feature's values are sorted at most. Default 255; 2 to 65000.</summary>
    public int MaximumBinCountPerFeature = 255;

    /// <summary>The share of features that a tree may split on, drawn anew for each. Default 1; above 0, up to 1.</summary>
    public double FeatureFraction = 1;

    /// <summary>The seed of the drawing of features. Default 123.</summary>
    public int FeatureSelectionSeed = 123;

    /// <summary>After how many trees to draw new rows to train on. Default 0: train on all rows.</summary>
    public int BaggingSize;

    /// <summary>The share of rows that is drawn, where <see cref="BaggingSize"/> is above 0. Default 0.7; above 0, up to 1.</summary>
    public double BaggingExampleFraction = 0.7;

    /// <summary>The seed of the drawing of rows. Default 123.</summary>
    public int Seed = 123;

    /// <summary>The most threads. Default null: as many as there are cores. The result is the same for any number.</summary>
    public int? NumberOfThreads;
}
