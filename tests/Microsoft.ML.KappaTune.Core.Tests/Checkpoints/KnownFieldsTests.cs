using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Tests.Checkpoints;

/// <summary>Fields that configurations of released models have, beyond those that their classes in transformers list.</summary>
public sealed class KnownFieldsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("llama", """ "is_llama_config":true,"rope_interleaved":false,"transformers.js_config":{"dtype":"q4"} """)]
    [InlineData("qwen2", """ "use_mrope":false,"use_sliding_window":false,"max_window_layers":21 """)]
    [InlineData("gemma2", """ "sliding_window_size":4096,"cache_implementation":"hybrid" """)]
    [InlineData("phi3", """ "full_attn_mod":1,"interpolate_factor":1,"lm_head_bias":false,"mlp_bias":false,"embd_pdrop":0.0 """)]
    [InlineData("deepseek_v2", """ "aux_loss_alpha":0.001,"ep_size":1,"n_group":1,"topk_group":1,"seq_aux":true,"topk_method":"greedy" """)]
    public void What_asks_for_nothing_is_neither_refused_nor_warned_of(string type, string fields)
    {
        Write(type, fields);
        Assert.Empty(UnknownFields.OfModel(_folder.Path));
        Assert.Equal(type, DecoderConfig.Read(_folder.Path).ModelType);
    }

    [Theory]
    [InlineData("llama", "rope_interleaved")]
    [InlineData("qwen2", "use_mrope")]
    [InlineData("qwen3_moe", "use_mrope")]
    public void What_asks_for_other_positions_is_refused(string type, string field)
    {
        Write(type, $"\"{field}\":true");
        Assert.Equal(field, Assert.Throws<CheckpointFormatException>(() => DecoderConfig.Read(_folder.Path)).Field);
    }

    private void Write(string type, string fields) => _folder.Write("config.json", $$"""{"model_type":"{{type}}",{{fields}}}""");
}
