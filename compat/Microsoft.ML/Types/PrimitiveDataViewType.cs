namespace Microsoft.ML.Data;

/// <summary>A type of single values that hold no resources: these can be the items of a vector.</summary>
public abstract class PrimitiveDataViewType : DataViewType
{
    /// <summary>Makes the type of values of <paramref name="rawType"/>, which isn't disposable.</summary>
    protected PrimitiveDataViewType(Type rawType) : base(rawType)
    {
        if (typeof(IDisposable).IsAssignableFrom(rawType))
            throw Contracts.ExceptParam(nameof(rawType), "A PrimitiveDataViewType cannot have a disposable RawType");
    }
}
