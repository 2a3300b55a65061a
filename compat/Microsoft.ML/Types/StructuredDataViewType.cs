namespace Microsoft.ML.Data;

/// <summary>A type whose values are made of others, such as a vector.</summary>
public abstract class StructuredDataViewType : DataViewType
{
    /// <summary>Makes the type of values of <paramref name="rawType"/>.</summary>
    protected StructuredDataViewType(Type rawType) : base(rawType)
    {
    }
}
