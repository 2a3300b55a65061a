namespace Microsoft.ML.KappaTune;

/// <summary>What a tensor does in its model, as its name tells.</summary>
public enum TensorRole
{
    /// <summary>None of the others, or a name that tells nothing.</summary>
    Other,

    /// <summary>Attention queries, also the two parts of a low-rank query projection.</summary>
    Query,

    /// <summary>Attention keys.</summary>
    Key,

    /// <summary>Attention values.</summary>
    Value,

    /// <summary>Keys and values in one tensor, also the two parts of a low-rank projection of both.</summary>
    KeyValue,

    /// <summary>Queries, keys and values in one tensor.</summary>
    QueryKeyValue,

    /// <summary>The projection behind attention.</summary>
    AttentionOutput,

    /// <summary>A feed-forward block's first projection: up, or gate and up in one tensor.</summary>
    FeedForwardIn,

    /// <summary>A feed-forward block's gate.</summary>
    FeedForwardGate,

    /// <summary>A feed-forward block's last projection: down.</summary>
    FeedForwardOut,

    /// <summary>A routed expert's first projection: up, or gate and up in one tensor.</summary>
    ExpertIn,

    /// <summary>A routed expert's gate.</summary>
    ExpertGate,

    /// <summary>A routed expert's last projection: down.</summary>
    ExpertOut,

    /// <summary>What chooses among experts, or weighs a shared one.</summary>
    Router,

    /// <summary>A table of vectors: words, positions, token types.</summary>
    Embedding,

    /// <summary>What makes predictions from the last hidden state: a language-model head or a classifier.</summary>
    Head,

    /// <summary>Weight or bias of a normalization.</summary>
    Norm,

    /// <summary>The bias of anything else.</summary>
    Bias,

    /// <summary>A convolution's kernel.</summary>
    Convolution,
}
