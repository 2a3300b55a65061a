namespace Microsoft.ML.KappaTune.Models;

/// <summary>What a model does, and so which of a family's classes its <c>config.json</c> names.</summary>
internal enum ModelTask
{
    Encoding,
    SequenceClassification,
    MaskedLanguageModeling,
}
