using System.Text.Json;
using System.Text.Json.Nodes;

namespace Microsoft.ML.KappaTune.Models;

internal sealed partial record DecoderConfig
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>A <c>config.json</c> that transformers reads as well.</summary>
    /// <param name="dataType">The type of the stored weights, such as <c>float32</c>.</param>
    public string ToJson(string dataType = "float32") => new JsonObject
    {
        ["architectures"] = new JsonArray(JsonValue.Create($"{Names.ClassName}ForCausalLM")),
        ["model_type"] = Names.ModelType,
        ["vocab_size"] = VocabularySize,
        ["hidden_size"] = HiddenSize,
        ["intermediate_size"] = IntermediateSize,
        ["num_hidden_layers"] = LayerCount,
        ["num_attention_heads"] = HeadCount,
        ["num_key_value_heads"] = KeyValueHeadCount,
        ["head_dim"] = HeadSize,
        ["hidden_act"] = Activation,
        ["max_position_embeddings"] = MaxTokens,
        ["rope_theta"] = RotaryBase,
        ["rope_scaling"] = RotaryScaling?.ToJson(),
        ["rms_norm_eps"] = NormEps,
        ["attention_bias"] = AttentionBias,
        ["mlp_bias"] = MlpBias,
        ["attention_dropout"] = AttentionDropout,
        ["initializer_range"] = InitializerRange,
        ["tie_word_embeddings"] = TiesWordEmbeddings,
        ["pad_token_id"] = PadTokenId,
        ["bos_token_id"] = BeginTokenId,
        ["eos_token_id"] = EndTokenIds.Count switch
        {
            0 => null,
            1 => JsonValue.Create(EndTokenIds[0]),
            _ => new JsonArray([.. EndTokenIds.Select(id => JsonValue.Create(id))]),
        },
        ["torch_dtype"] = dataType,
    }.ToJsonString(Indented);
}
