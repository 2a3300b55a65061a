namespace Microsoft.ML.Runtime;

/// <summary>Takes the values of one report.</summary>
public interface IProgressEntry
{
    /// <summary>Sets how far the unit <paramref name="index"/> is.</summary>
    void SetProgress(int index, double value);

    /// <summary>Sets how far the unit <paramref name="index"/> is, and where it ends.</summary>
    void SetProgress(int index, double value, double lim);

    /// <summary>Sets the metric <paramref name="index"/>.</summary>
    void SetMetric(int index, double value);
}
