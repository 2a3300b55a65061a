namespace Microsoft.ML.Data;

/// <summary>Says which columns of a text file a member is loaded from.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property, AllowMultiple = false, Inherited = true)]
public sealed class LoadColumnAttribute : Attribute
{
    /// <summary>Loads from one column, counted from 0.</summary>
    public LoadColumnAttribute(int fieldIndex) => Sources = [new TextLoader.Range(fieldIndex)];

    /// <summary>Loads a vector from columns <paramref name="start"/> to <paramref name="end"/>, both included, counted from 0.</summary>
    public LoadColumnAttribute(int start, int end) => Sources = [new TextLoader.Range(start, end)];

    /// <summary>Loads a vector from some columns, counted from 0.</summary>
    public LoadColumnAttribute(int[] columnIndexes) => Sources = [.. columnIndexes.Select(index => new TextLoader.Range(index))];

    internal TextLoader.Range[] Sources { get; }
}
