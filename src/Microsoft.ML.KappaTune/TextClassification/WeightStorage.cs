namespace Microsoft.ML.KappaTune;

/// <summary>Which weights a saved model holds.</summary>
public enum WeightStorage
{
    /// <summary>All of them: the file needs nothing else.</summary>
    Full,

    /// <summary>
    /// Those that were trained, or the adapters: the file is a few MB. Loading it needs the base model, the same to the bit, in the folder
    /// where it was, or else in the one that the environment variable <c>KAPPATUNE_BASE_MODEL</c> names.
    /// </summary>
    Changed,
}
