using Microsoft.ML.Transforms;

namespace Microsoft.ML;

/// <summary>Between values and keys.</summary>
public static class ConversionsExtensionsCatalog
{
    /// <summary>Numbers the values of a column.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column of keys to make.</param>
    /// <param name="inputColumnName">The column of values, or of vectors of them; null, the default, for the same name.</param>
    /// <param name="maximumNumberOfKeys">How many values get a key, the first ones met; default 1,000,000.</param>
    /// <param name="keyOrdinality">The order of the keys; default: as the values are met.</param>
    /// <param name="addKeyValueAnnotationsAsText">Whether the annotation with the values has them as text, whatever their type; default no.</param>
    /// <param name="keyData">A data view with one column of values to use instead of those in the data; default none.</param>
    public static ValueToKeyMappingEstimator MapValueToKey(
        this TransformsCatalog.ConversionTransforms catalog,
        string outputColumnName,
        string? inputColumnName = null,
        int maximumNumberOfKeys = 1_000_000,
        ValueToKeyMappingEstimator.KeyOrdinality keyOrdinality = ValueToKeyMappingEstimator.KeyOrdinality.ByOccurrence,
        bool addKeyValueAnnotationsAsText = false,
        IDataView? keyData = null) =>
        catalog.MapValueToKey([new InputOutputColumnPair(outputColumnName, inputColumnName)], maximumNumberOfKeys, keyOrdinality,
            addKeyValueAnnotationsAsText, keyData);

    /// <summary>Numbers the values of several columns, each by itself.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="columns">The columns of keys to make, and of values.</param>
    /// <param name="maximumNumberOfKeys">How many values of a column get a key, the first ones met; default 1,000,000.</param>
    /// <param name="keyOrdinality">The order of the keys; default: as the values are met.</param>
    /// <param name="addKeyValueAnnotationsAsText">Whether the annotation with the values has them as text, whatever their type; default no.</param>
    /// <param name="keyData">A data view with one column of values to use instead of those in the data; default none.</param>
    public static ValueToKeyMappingEstimator MapValueToKey(
        this TransformsCatalog.ConversionTransforms catalog,
        InputOutputColumnPair[] columns,
        int maximumNumberOfKeys = 1_000_000,
        ValueToKeyMappingEstimator.KeyOrdinality keyOrdinality = ValueToKeyMappingEstimator.KeyOrdinality.ByOccurrence,
        bool addKeyValueAnnotationsAsText = false,
        IDataView? keyData = null) =>
        new(catalog.Environment, columns, new VocabularyOptions(maximumNumberOfKeys, keyOrdinality, addKeyValueAnnotationsAsText, keyData));

    /// <summary>Turns keys back into the values that they stand for, which the column's annotation KeyValues holds.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column of values to make.</param>
    /// <param name="inputColumnName">The column of keys, or of vectors of them; null, the default, for the same name.</param>
    public static KeyToValueMappingEstimator MapKeyToValue(
        this TransformsCatalog.ConversionTransforms catalog, string outputColumnName, string? inputColumnName = null) =>
        catalog.MapKeyToValue([new InputOutputColumnPair(outputColumnName, inputColumnName)]);

    /// <summary>Turns keys back into the values that they stand for, which the columns' annotation KeyValues holds.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="columns">The columns of values to make, and of keys.</param>
    public static KeyToValueMappingEstimator MapKeyToValue(this TransformsCatalog.ConversionTransforms catalog, InputOutputColumnPair[] columns) =>
        new(catalog.Environment, columns);
}
