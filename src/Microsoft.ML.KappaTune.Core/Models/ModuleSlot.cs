namespace Microsoft.ML.KappaTune.Models;

/// <summary>What a module is to its model. The arithmetic finds modules by it, whatever a family calls them.</summary>
internal enum ModuleSlot
{
    WordEmbeddings,
    PositionEmbeddings,
    TypeEmbeddings,
    EmbeddingNorm,
    Query,
    Key,
    Value,

    /// <summary>All three of them in one.</summary>
    QueryKeyValue,

    /// <summary>What makes the short vectors that queries, or keys and values, are made of.</summary>
    QueryDown,
    KeyValueDown,

    /// <summary>What makes keys and values of them.</summary>
    KeyValueUp,

    /// <summary>The norm of each head's queries.</summary>
    QueryNorm,

    /// <summary>The norm of each head's keys.</summary>
    KeyNorm,
    AttentionOutput,
    AttentionNorm,

    /// <summary>The norm of what attention adds.</summary>
    AttentionOutputNorm,
    Gate,
    Up,

    /// <summary>Both of them in one, the gate first.</summary>
    GateAndUp,
    Down,

    /// <summary>What chooses a token's experts.</summary>
    Router,

    /// <summary>The projections of the expert that computes for every token.</summary>
    SharedGate,
    SharedUp,
    SharedDown,

    /// <summary>What weighs its output.</summary>
    SharedWeight,
    FeedForwardNorm,

    /// <summary>The norm of what the feed-forward network adds.</summary>
    FeedForwardOutputNorm,

    /// <summary>The norm above the last layer.</summary>
    LastNorm,

    /// <summary>A head's layer below its output.</summary>
    HeadDense,
    HeadNorm,
    HeadBias,

    /// <summary>What gives a head's logits.</summary>
    HeadOutput,

    /// <summary>A convolution of an encoder of frames that lessens their number.</summary>
    Convolution,

    /// <summary>The norm of what it gives.</summary>
    ConvolutionNorm,

    /// <summary>What makes an encoder's states of what its convolutions give, and the norm before it.</summary>
    FeatureNorm,
    FeatureProjection,

    /// <summary>A convolution that tells an encoder's states where they are.</summary>
    PositionConvolution,

    /// <summary>The norm and the convolution of a residual block of such an encoder.</summary>
    BlockNorm,
    BlockConvolution,

    /// <summary>What makes a decoder's vectors of an encoder's states.</summary>
    ProjectorUp,
    ProjectorDown,
    ProjectorGain,
}

internal static class ModuleSlots
{
    /// <summary>The role of the module's weight.</summary>
    public static TensorRole Role(this ModuleSlot slot) => slot switch
    {
        ModuleSlot.WordEmbeddings or ModuleSlot.PositionEmbeddings or ModuleSlot.TypeEmbeddings => TensorRole.Embedding,
        ModuleSlot.Query or ModuleSlot.QueryDown => TensorRole.Query,
        ModuleSlot.KeyValueDown or ModuleSlot.KeyValueUp => TensorRole.KeyValue,
        ModuleSlot.Key => TensorRole.Key,
        ModuleSlot.Value => TensorRole.Value,
        ModuleSlot.QueryKeyValue => TensorRole.QueryKeyValue,
        ModuleSlot.AttentionOutput => TensorRole.AttentionOutput,
        ModuleSlot.Gate or ModuleSlot.SharedGate => TensorRole.FeedForwardGate,
        ModuleSlot.Up or ModuleSlot.SharedUp or ModuleSlot.GateAndUp => TensorRole.FeedForwardIn,
        ModuleSlot.Down or ModuleSlot.SharedDown => TensorRole.FeedForwardOut,
        ModuleSlot.Router or ModuleSlot.SharedWeight => TensorRole.Router,
        ModuleSlot.HeadDense or ModuleSlot.HeadOutput or ModuleSlot.HeadBias => TensorRole.Head,
        ModuleSlot.Convolution or ModuleSlot.BlockConvolution or ModuleSlot.PositionConvolution => TensorRole.Convolution,
        ModuleSlot.FeatureProjection or ModuleSlot.ProjectorUp or ModuleSlot.ProjectorDown or ModuleSlot.ProjectorGain => TensorRole.Other,
        _ => TensorRole.Norm,
    };
}
