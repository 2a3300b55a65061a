namespace Microsoft.ML;

/// <summary>What a trainer wants of its data.</summary>
public sealed class TrainerInfo
{
    internal TrainerInfo(bool needNormalization, bool wantCaching)
    {
        NeedNormalization = needNormalization;
        WantCaching = wantCaching;
    }

    /// <summary>Whether it learns better from features of about equal size. It doesn't scale them itself.</summary>
    public bool NeedNormalization { get; }

    /// <summary>Whether it reads the data more often than once.</summary>
    public bool WantCaching { get; }
}
