namespace Microsoft.ML.KappaTune.Models;

/// <summary>The families of encoders that can be loaded: they differ in names, positions and heads.</summary>
internal enum EncoderFamily
{
    Bert,

    Roberta,

    /// <summary>RoBERTa's architecture and names, under a model type of its own.</summary>
    XlmRoberta,

    DistilBert,
}
