namespace Microsoft.ML.Data;

/// <summary>The type of a column of an <see cref="IDataView"/>.</summary>
public abstract class DataViewType : IEquatable<DataViewType>
{
    private protected DataViewType(Type rawType)
    {
        Contracts.CheckValue(rawType, nameof(rawType));
        RawType = rawType;
    }

    /// <summary>The .NET type that getters of such a column fill.</summary>
    public Type RawType { get; }

    /// <inheritdoc/>
    public abstract bool Equals(DataViewType? other);
}
