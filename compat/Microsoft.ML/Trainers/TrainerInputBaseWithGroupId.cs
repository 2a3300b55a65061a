namespace Microsoft.ML.Trainers;

/// <summary>The columns of a trainer that can be one for ranking as well.</summary>
public abstract class TrainerInputBaseWithGroupId : TrainerInputBaseWithWeight
{
    private protected TrainerInputBaseWithGroupId()
    {
    }
}
