using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Microsoft.ML.Data;

/// <summary>The type of vectors (<see cref="VBuffer{T}"/>), of a known or a varying length, of one or more dimensions.</summary>
public sealed class VectorDataViewType : StructuredDataViewType
{
    /// <summary>Makes the type of one-dimensional vectors.</summary>
    /// <param name="itemType">The type of the items.</param>
    /// <param name="size">The length; 0, the default, where it varies by row.</param>
    public VectorDataViewType(PrimitiveDataViewType itemType, int size = 0) : base(RawVectorType(itemType))
    {
        Contracts.CheckParam(size >= 0, nameof(size), "Must be non-negative");
        ItemType = itemType;
        Size = size;
        Dimensions = [size];
    }

    /// <summary>Makes the type of vectors that hold a tensor, row-major.</summary>
    /// <param name="itemType">The type of the items.</param>
    /// <param name="dimensions">The dimensions; 0 where one varies by row.</param>
    public VectorDataViewType(PrimitiveDataViewType itemType, params int[] dimensions)
        : this(itemType, ImmutableArray.Create(dimensions ?? throw Contracts.ExceptValue(nameof(dimensions))))
    {
    }

    /// <inheritdoc cref="VectorDataViewType(PrimitiveDataViewType, int[])"/>
    public VectorDataViewType(PrimitiveDataViewType itemType, ImmutableArray<int> dimensions) : base(RawVectorType(itemType))
    {
        Contracts.CheckParam(dimensions.Length > 0, nameof(dimensions), "Must be non-empty");
        Contracts.CheckParam(dimensions.All(d => d >= 0), nameof(dimensions), "Must be non-negative");
        ItemType = itemType;
        Dimensions = dimensions;
        int size = 1;
        foreach (int dimension in dimensions)
            size = checked(size * dimension);
        Size = size;
    }

    /// <summary>The dimensions; at least one, 0 where it varies by row.</summary>
    public ImmutableArray<int> Dimensions { get; }

    /// <summary>Whether all vectors have the same length.</summary>
    public bool IsKnownSize => Size > 0;

    /// <summary>The type of the items.</summary>
    public PrimitiveDataViewType ItemType { get; }

    /// <summary>The length; 0 where it varies by row.</summary>
    public int Size { get; }

    /// <inheritdoc/>
    public override bool Equals(DataViewType? other) =>
        other is VectorDataViewType vector && vector.ItemType.Equals(ItemType) && vector.Dimensions.SequenceEqual(Dimensions);

    /// <inheritdoc/>
    public override bool Equals(object? other) => other is DataViewType type && Equals(type);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(ItemType);
        foreach (int dimension in Dimensions)
            hash.Add(dimension);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder("Vector<").Append(ItemType);
        if (Dimensions is not [0])
        {
            foreach (int dimension in Dimensions)
                text.Append(", ").Append(dimension == 0 ? "*" : dimension.ToString(CultureInfo.InvariantCulture));
        }

        return text.Append('>').ToString();
    }

    private static Type RawVectorType(PrimitiveDataViewType itemType)
    {
        Contracts.CheckValue(itemType, nameof(itemType));
        return typeof(VBuffer<>).MakeGenericType(itemType.RawType);
    }
}
