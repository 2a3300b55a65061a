namespace Microsoft.ML.Trainers;

/// <summary>The columns that a trainer with labels reads.</summary>
public abstract class TrainerInputBaseWithLabel : TrainerInputBase
{
    private protected TrainerInputBaseWithLabel()
    {
    }

    /// <summary>The true answers. Default "Label".</summary>
    public string LabelColumnName = "Label";
}
