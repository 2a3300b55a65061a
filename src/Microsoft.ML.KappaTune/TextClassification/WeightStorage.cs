namespace Microsoft.ML.KappaTune;

/// <summary>Which weights a saved model holds.</summary>
public enum WeightStorage
{
    /// <summary>All of them: the file needs nothing else.</summary>
    Full,

    /// <summary>
    /// Those that were trained; the file is a few MB, and loading it asks for the base model's folder, which must be the same model.
    /// </summary>
    Changed,
}
