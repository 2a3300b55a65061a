namespace Microsoft.ML.Trainers;

/// <summary>The columns that a trainer reads.</summary>
public abstract class TrainerInputBase
{
    private protected TrainerInputBase()
    {
    }

    /// <summary>The features: a vector of Single. Default "Features".</summary>
    public string FeatureColumnName = "Features";
}
