using System.Text.Json;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Tests.Models;

/// <summary>What the families of decoders read that not all have, and what they take for what isn't said.</summary>
public sealed class FamilyConfigTests
{
    public static TheoryData<string> Families =>
        [.. ModelFamilies.All.OfType<DecoderFamily>().Select(family => family.ModelType)];

    [Theory, MemberData(nameof(Families))]
    public void What_is_written_reads_back_the_same(string type)
    {
        // Mixtures refuse windows that are switched on.
        string use = type.EndsWith("_moe", StringComparison.Ordinal) ? "" : ""","use_sliding_window":true""";
        foreach (string fields in (string[])["", $""","sliding_window":7,"max_window_layers":3{use}"""])
        {
            DecoderConfig config = Parse(type, fields);
            string json = config.ToJson(ModelTask.CausalLanguageModeling);
            DecoderConfig read = ParseText(json);
            Assert.Equal(json, read.ToJson(ModelTask.CausalLanguageModeling));
            Assert.Equal(config.WindowLayers, read.WindowLayers);
            Assert.Equivalent(config.Experts, read.Experts, strict: true);
            Assert.Equal(
                config with { EndTokenIds = read.EndTokenIds, WindowLayers = read.WindowLayers, Experts = read.Experts }, read);
        }
    }

    /// <summary>Fields that no table has are warned of, those of our own files among them.</summary>
    [Theory, MemberData(nameof(Families))]
    public void What_is_written_is_known(string type)
    {
        using JsonDocument document = JsonDocument.Parse(Parse(type).ToJson(ModelTask.CausalLanguageModeling));
        Assert.Empty(ModelFamilies.Find(type)!.Fields.Unknown(document.RootElement));
    }

    [Theory]
    [InlineData("mistral", "32000 4096 14336 32 32/8 128 131072", "1/2/", false)]
    [InlineData("qwen2", "151936 4096 22016 32 32/32 128 32768", "//", false)]
    [InlineData("qwen3", "151936 4096 22016 32 32/32 128 32768", "//", false)]
    [InlineData("gemma", "256000 3072 24576 28 16/16 256 8192", "2/1/0", true)]
    [InlineData("gemma2", "256000 2304 9216 26 8/4 256 8192", "2/1/0", true)]
    [InlineData("gemma3_text", "262208 2304 9216 26 8/4 256 131072", "2/1/0", true)]
    [InlineData("phi3", "32064 3072 8192 32 32/32 96 4096", "1/32000/32000", false)]
    [InlineData("gpt2", "50257 768 3072 12 12/12 64 1024", "50256/50256/", true)]
    public void What_is_left_out_is_as_in_transformers(string type, string sizes, string tokens, bool isTied)
    {
        DecoderConfig config = Parse(type);
        Assert.Equal(
            sizes,
            $"{config.VocabularySize} {config.HiddenSize} {config.IntermediateSize} {config.LayerCount} "
                + $"{config.HeadCount}/{config.KeyValueHeadCount} {config.HeadSize} {config.MaxTokens}");
        Assert.Equal(tokens, $"{config.BeginTokenId}/{string.Join(",", config.EndTokenIds)}/{config.PadTokenId}");
        Assert.Equal(isTied, config.TiesWordEmbeddings);
    }

    [Fact]
    public void Default_tokens_beyond_a_small_vocabulary_are_none()
    {
        Assert.Null(Parse("phi3", ""","vocab_size":100""").PadTokenId);
        Assert.Empty(Parse("gpt2", ""","vocab_size":100""").EndTokenIds);
    }

    [Theory]
    [InlineData("qwen2", ""","use_sliding_window":true,"sliding_window":8,"max_window_layers":2,"num_hidden_layers":4""", "8:  ww")]
    [InlineData("qwen2", ""","use_sliding_window":false,"sliding_window":8,"max_window_layers":2,"num_hidden_layers":4""", ":    ")]
    [InlineData("qwen3", ""","use_sliding_window":true,"max_window_layers":0,"num_hidden_layers":2""", "4096:ww")]
    [InlineData(
        "qwen3",
        ""","use_sliding_window":true,"num_hidden_layers":3,"layer_types":["sliding_attention","full_attention","full_attention"]""",
        "4096:w  ")]
    [InlineData("mistral", ""","sliding_window":8,"num_hidden_layers":2""", "8:ww")]
    [InlineData("phi3", ""","sliding_window":2047,"num_hidden_layers":2""", "2047:ww")]
    [InlineData("phi3", ""","num_hidden_layers":2""", ":  ")]
    [InlineData("gemma2", ""","num_hidden_layers":5""", "4096:w w w")]
    [InlineData("gemma2", ""","num_hidden_layers":2,"layer_types":["full_attention","sliding_attention"]""", "4096: w")]
    [InlineData("gemma2", ""","num_hidden_layers":2,"sliding_window":null""", ":  ")]
    [InlineData("gemma3_text", ""","num_hidden_layers":7,"sliding_window":512""", "512:wwwww w")]
    [InlineData("gemma3_text", ""","num_hidden_layers":4,"sliding_window":512,"sliding_window_pattern":2""", "512:w w ")]
    [InlineData("gemma3_text", ""","num_hidden_layers":4,"sliding_window":512,"_sliding_window_pattern":3""", "512:ww w")]
    public void Windows_are_in_the_layers_that_a_list_or_a_rule_says(string type, string fields, string windows)
    {
        DecoderConfig config = Parse(type, fields);
        IEnumerable<char> layers = Enumerable.Range(0, config.LayerCount).Select(layer => config.HasWindow(layer) ? 'w' : ' ');
        Assert.Equal(windows, $"{config.SlidingWindow}:{string.Concat(layers)}");
    }

    [Theory]
    [InlineData("", "gelu_pytorch_tanh")]
    [InlineData(""","hidden_act":"gelu","hidden_activation":null""", "gelu_pytorch_tanh")]
    [InlineData(""","hidden_act":"gelu","hidden_activation":"gelu" """, "gelu")]
    [InlineData(""","hidden_act":"silu" """, "silu")]
    public void Gemma_has_the_newer_name_of_its_function(string fields, string function) =>
        Assert.Equal(function, Parse("gemma", fields).Activation);

    [Fact]
    public void Gemmas_scores_are_divided_and_capped()
    {
        DecoderConfig second = Parse("gemma2");
        Assert.Equal((256, 50, 30), (second.ScoreDivisor, second.ScoreCap, second.LogitCap));
        DecoderConfig other = Parse(
            "gemma2", ""","query_pre_attn_scalar":144,"attn_logit_softcapping":null,"final_logit_softcapping":20""");
        Assert.Equal((144.0, null, 20.0), (other.ScoreDivisor, other.ScoreCap, other.LogitCap));
        DecoderConfig third = Parse("gemma3_text", ""","attn_logit_softcapping":5""");
        Assert.Equal(5.0, third.ScoreCap);
        Assert.Null(third.LogitCap);
    }

    [Theory]
    [InlineData("", 1e6, 10000.0, null, null)]
    [InlineData(""","rope_theta":5,"rope_local_base_freq":7,"rope_scaling":{"rope_type":"linear","factor":8}""", 5.0, 7.0, 8.0, null)]
    [InlineData(
        ""","rope_parameters":{"full_attention":{"rope_theta":5,"rope_type":"linear","factor":8},"""
            + """ "sliding_attention":{"rope_theta":7,"rope_type":"linear","factor":2}}""", 5.0, 7.0, 8.0, 2.0)]
    public void Gemma_3_turns_differently_in_layers_with_a_window(
        string fields, double rotaryBase, double windowBase, double? factor, double? windowFactor)
    {
        DecoderConfig config = Parse("gemma3_text", fields);
        Assert.Equal((rotaryBase, windowBase), (config.RotaryBase, config.WindowRotation!.Base));
        Assert.Equal((factor, windowFactor), (config.RotaryScaling?.Factor, config.WindowRotation.Scaling?.Factor));
    }

    [Theory]
    [InlineData(""","partial_rotary_factor":1.0""", null)]
    [InlineData(""","partial_rotary_factor":0.75""", 96)]
    [InlineData(""","rope_parameters":{"partial_rotary_factor":0.5}""", 64)]
    public void Heads_may_be_turned_in_part(string fields, int? size) =>
        Assert.Equal(size, Parse("phi3", ""","hidden_size":4096""" + fields).RotatedSize);

    [Fact]
    public void Phis_lengths_are_beside_its_factors()
    {
        DecoderConfig config = Parse(
            "phi3",
            ""","hidden_size":256,"max_position_embeddings":131072,"rope_scaling":{"type":"su","short_factor":[1,1,1,1],"""
                + """ "long_factor":[2,2,2,2]}""");
        Assert.Equal(4096, Assert.IsType<RotaryScaling.LongRopeScaling>(config.RotaryScaling).TrainedTokens);
        Assert.Equal(32, config.RotaryScaling.Factor);
        Assert.Equal(131072, config.MaxTokens);
    }

    [Theory]
    [InlineData("gpt2", ""","scale_attn_weights":false,"scale_attn_by_inverse_layer_idx":true""", 1.0, true)]
    [InlineData("gpt2", "", null, false)]
    public void Gpt_2_may_scale_its_scores_otherwise(string type, string fields, double? divisor, bool byLayer)
    {
        DecoderConfig config = Parse(type, fields);
        Assert.Equal((divisor, byLayer), (config.ScoreDivisor, config.DividesScoresByLayer));
    }

    [Theory]
    [InlineData("qwen2", ""","use_sliding_window":true,"sliding_window":0""", "sliding_window")]
    [InlineData("qwen2", ""","num_hidden_layers":2,"layer_types":["full_attention"]""", "layer_types")]
    [InlineData("qwen2", ""","num_hidden_layers":1,"layer_types":["chunked_attention"]""", "layer_types")]
    [InlineData("qwen3", ""","num_hidden_layers":1,"layer_types":["sliding_attention"]""", "layer_types")]
    [InlineData("gemma", ""","use_bidirectional_attention":true""", "use_bidirectional_attention")]
    [InlineData("gemma", ""","hidden_act":"mish" """, "hidden_act")]
    [InlineData("gemma2", ""","hidden_activation":"mish" """, "hidden_activation")]
    [InlineData("gemma2", ""","attn_logit_softcapping":0""", "attn_logit_softcapping")]
    [InlineData("gemma2", ""","query_pre_attn_scalar":-1""", "query_pre_attn_scalar")]
    [InlineData("gemma3", "", "model_type")]
    [InlineData("phi3", ""","partial_rotary_factor":0.01""", "partial_rotary_factor")]
    [InlineData("phi3", ""","partial_rotary_factor":1.5""", "partial_rotary_factor")]
    [InlineData("phi3", ""","attention_bias":true""", "attention_bias")]
    [InlineData("phi3", ""","resid_pdrop":1""", "resid_pdrop")]
    [InlineData("phi3", ""","rope_scaling":{"type":"longrope","short_factor":[1],"long_factor":[1]}""", "rope_scaling.short_factor")]
    [InlineData("gpt2", ""","n_head":7""", "n_head")]
    [InlineData("gpt2", ""","add_cross_attention":true""", "add_cross_attention")]
    [InlineData("gpt2", ""","activation_function":"mish" """, "activation_function")]
    [InlineData(
        "gemma3_text",
        ""","rope_parameters":{"full_attention":{"partial_rotary_factor":0.5},"sliding_attention":{}}""",
        "rope_parameters.sliding_attention.partial_rotary_factor")]
    public void What_is_wrong_or_unsupported_is_refused_by_name(string type, string fields, string field)
    {
        var error = Assert.Throws<CheckpointFormatException>(() => Parse(type, fields));
        Assert.Equal(field, error.Field);
        Assert.NotEmpty(error.Remedy);
    }

    private static DecoderConfig Parse(string type, string fields = "") => ParseText($$"""{"model_type":"{{type}}"{{fields}}}""");

    private static DecoderConfig ParseText(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return DecoderConfig.Read(new ConfigFields(new("here", "", document.RootElement)));
    }
}
