namespace Microsoft.ML.Data;

/// <summary>A column to load, its place in the file settled.</summary>
/// <param name="Name">The name.</param>
/// <param name="ItemType">The type of a value.</param>
/// <param name="IsVector">Whether the values make a vector.</param>
/// <param name="Sources">The columns of the file, in order.</param>
internal sealed record TextLayoutColumn(string Name, PrimitiveDataViewType ItemType, bool IsVector, int[] Sources)
{
    /// <summary>The type of the column.</summary>
    public DataViewType Type => IsVector ? new VectorDataViewType(ItemType, Sources.Length) : ItemType;
}
