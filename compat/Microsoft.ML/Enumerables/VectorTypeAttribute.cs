namespace Microsoft.ML.Data;

/// <summary>Says how long the vectors of an array member are.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property, AllowMultiple = false, Inherited = true)]
public sealed class VectorTypeAttribute : Attribute
{
    /// <summary>Vectors of varying length.</summary>
    public VectorTypeAttribute()
    {
    }

    /// <summary>Vectors of length <paramref name="size"/>; 0 where it varies.</summary>
    public VectorTypeAttribute(int size)
    {
        Contracts.CheckParam(size >= 0, nameof(size), "Should be non-negative");
        Dimensions = [size];
    }

    /// <summary>Vectors that hold a tensor of these dimensions; 0 where one varies.</summary>
    public VectorTypeAttribute(params int[] dimensions)
    {
        Contracts.CheckParam(dimensions.All(d => d >= 0), nameof(dimensions), "Should be non-negative");
        Dimensions = dimensions;
    }

    internal int[]? Dimensions { get; }
}
