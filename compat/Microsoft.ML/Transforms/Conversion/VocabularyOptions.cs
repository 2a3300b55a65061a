namespace Microsoft.ML.Transforms;

/// <summary>How <see cref="ValueToKeyMappingEstimator"/> numbers values.</summary>
/// <param name="MaximumNumberOfKeys">How many values get a key: the first ones met.</param>
/// <param name="KeyOrdinality">The order of the keys.</param>
/// <param name="AnnotationsAsText">Whether the annotation with the values has them as text, whatever their type.</param>
/// <param name="KeyData">A data view with one column of values to use instead of those in the data; null for none.</param>
internal sealed record VocabularyOptions(
    int MaximumNumberOfKeys,
    ValueToKeyMappingEstimator.KeyOrdinality KeyOrdinality,
    bool AnnotationsAsText,
    IDataView? KeyData);
