namespace Microsoft.ML;

/// <summary>Loads data from a kind of source; lazily, as it is read.</summary>
public interface IDataLoader<in TSource> : ICanSaveModel
{
    /// <summary>The data of <paramref name="input"/>.</summary>
    IDataView Load(TSource input);

    /// <summary>The columns that data will have.</summary>
    DataViewSchema GetOutputSchema();
}
