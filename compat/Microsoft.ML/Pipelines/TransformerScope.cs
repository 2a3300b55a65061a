namespace Microsoft.ML.Data;

/// <summary>When a transformer of a chain applies.</summary>
[Flags]
public enum TransformerScope
{
    /// <summary>Never.</summary>
    None = 0,

    /// <summary>While the estimators after it are fitted.</summary>
    Training = 1 << 0,

    /// <summary>While the model is evaluated.</summary>
    Testing = 1 << 1,

    /// <summary>While the model scores.</summary>
    Scoring = 1 << 2,

    /// <summary>In training and testing.</summary>
    TrainTest = Training | Testing,

    /// <summary>Always.</summary>
    Everything = Training | Testing | Scoring,
}
