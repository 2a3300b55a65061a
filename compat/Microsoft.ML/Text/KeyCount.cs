namespace Microsoft.ML.Data;

/// <summary>How many values the keys of a column stand for.</summary>
public sealed class KeyCount
{
    /// <summary>The number; null: as many as the type can hold.</summary>
    public ulong? Count;

    /// <summary>As many as the type can hold.</summary>
    public KeyCount()
    {
    }

    /// <summary>A number of values.</summary>
    public KeyCount(ulong count)
    {
        Contracts.CheckParam(count > 0, nameof(count), "Must be positive");
        Count = count;
    }
}
