namespace Microsoft.ML.KappaTune.Models.Llama;

/// <summary>
/// What a <c>config.json</c> means that leaves a field out: the values of the family's class in transformers. Here are Llama's own.
/// </summary>
internal sealed record LlamaDefaults
{
    public int VocabularySize { get; init; } = 32000;

    public int HiddenSize { get; init; } = 4096;

    public int IntermediateSize { get; init; } = 11008;

    public int LayerCount { get; init; } = 32;

    public int HeadCount { get; init; } = 32;

    /// <summary>Null for as many as heads of queries.</summary>
    public int? KeyValueHeadCount { get; init; }

    /// <summary>Null for what the state's size gives each head.</summary>
    public int? HeadSize { get; init; }

    public string Activation { get; init; } = "silu";

    public int MaxTokens { get; init; } = 2048;

    /// <summary>The length of the first training's texts; null for the longest text.</summary>
    public int? TrainedTokens { get; init; }

    public double RotaryBase { get; init; } = 10000;

    public double NormEps { get; init; } = 1e-6;

    public bool TiesWordEmbeddings { get; init; }

    public int? PadTokenId { get; init; }

    public int? BeginTokenId { get; init; } = 1;

    public int? EndTokenId { get; init; } = 2;
}
