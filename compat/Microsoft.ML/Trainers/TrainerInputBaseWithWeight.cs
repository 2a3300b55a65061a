namespace Microsoft.ML.Trainers;

/// <summary>The columns that a trainer with labels and weights reads.</summary>
public abstract class TrainerInputBaseWithWeight : TrainerInputBaseWithLabel
{
    private protected TrainerInputBaseWithWeight()
    {
    }

    /// <summary>How much each row counts: a Single. Default null: all count 1.</summary>
    public string? ExampleWeightColumnName;
}
