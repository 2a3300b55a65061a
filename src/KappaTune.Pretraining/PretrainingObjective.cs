namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>What a model is asked while it is pre-trained.</summary>
public enum PretrainingObjective
{
    /// <summary>Which tokens are behind masks: makes an encoder, in BERT's layout.</summary>
    Masked,

    /// <summary>Which token comes next: makes a decoder, in Llama's layout, or a mixture of experts, in OLMoE's.</summary>
    NextToken,
}
