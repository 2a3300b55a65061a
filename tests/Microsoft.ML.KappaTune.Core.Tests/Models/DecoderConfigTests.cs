using System.Text.Json;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Tests.Models;

public sealed class DecoderConfigTests
{
    [Theory]
    [InlineData("", 4096)]
    [InlineData(""","sliding_window":8""", 8)]
    [InlineData(""","sliding_window":null""", null)]
    public void Mistrals_window_is_transformers_default_where_nothing_is_said_and_none_where_it_is_null(string field, int? window)
    {
        DecoderConfig config = Parse($$"""{"model_type":"mistral"{{field}}}""");
        Assert.Equal(window, config.SlidingWindow);
        Assert.Equal(window, Parse(config.ToJson(ModelTask.CausalLanguageModeling)).SlidingWindow);
    }

    [Fact]
    public void Every_field_is_read()
    {
        DecoderConfig config = Parse(
            """
            {"model_type":"llama","vocab_size":100,"hidden_size":24,"num_hidden_layers":3,"num_attention_heads":4,"num_key_value_heads":2,
             "head_dim":8,"intermediate_size":40,"hidden_act":"gelu","max_position_embeddings":64,"rope_theta":500000.0,
             "rope_scaling":{"rope_type":"linear","factor":2},"attention_bias":true,"mlp_bias":true,"attention_dropout":0.25,
             "rms_norm_eps":1e-5,"initializer_range":0.05,"tie_word_embeddings":true,"pad_token_id":3,"bos_token_id":4,
             "eos_token_id":[5,6],"torch_dtype":"bfloat16","unheard_of":[1,2]}
            """);
        DecoderConfig expected = new()
        {
            VocabularySize = 100,
            HiddenSize = 24,
            LayerCount = 3,
            HeadCount = 4,
            KeyValueHeadCount = 2,
            HeadSize = 8,
            IntermediateSize = 40,
            Activation = "gelu",
            MaxTokens = 64,
            RotaryBase = 500000,
            RotaryScaling = new RotaryScaling.LinearScaling(2),
            AttentionBias = true,
            OutputBias = true,
            MlpBias = true,
            AttentionDropout = 0.25,
            NormEps = 1e-5,
            InitializerRange = 0.05,
            TiesWordEmbeddings = true,
            PadTokenId = 3,
            BeginTokenId = 4,
        };
        Assert.Equal([5, 6], config.EndTokenIds);
        Assert.Equal(expected with { EndTokenIds = config.EndTokenIds }, config);
    }

    [Fact]
    public void Defaults_are_the_familys()
    {
        DecoderConfig config = Parse("""{"model_type":"llama","num_attention_heads":16,"head_dim":null}""");
        Assert.Equal((32000, 4096, 32, 16, 16),
            (config.VocabularySize, config.HiddenSize, config.LayerCount, config.HeadCount, config.KeyValueHeadCount));
        Assert.Equal((256, 11008, 2048, "silu"), (config.HeadSize, config.IntermediateSize, config.MaxTokens, config.Activation));
        Assert.Equal((10000, 1e-6, 0, 0.02), (config.RotaryBase, config.NormEps, config.AttentionDropout, config.InitializerRange));
        Assert.False(config.AttentionBias || config.MlpBias || config.TiesWordEmbeddings);
        Assert.Null(config.RotaryScaling);
        Assert.Null(config.PadTokenId);
        Assert.Equal(1, config.BeginTokenId);
        Assert.Equal([2], config.EndTokenIds);
    }

    [Theory]
    [InlineData("null", "null", null, 0)]
    [InlineData("-1", "[]", null, 0)]
    [InlineData("7", "8", 7, 1)]
    [InlineData("[7]", "[8,9]", 7, 2)]
    public void Tokens_may_be_one_or_several_or_none(string begin, string end, int? beginId, int ends)
    {
        DecoderConfig config = Parse($$"""{"model_type":"llama","bos_token_id":{{begin}},"eos_token_id":{{end}}}""");
        Assert.Equal(beginId, config.BeginTokenId);
        Assert.Equal(Enumerable.Range(8, ends), config.EndTokenIds);
    }

    [Theory]
    [InlineData(""" "rope_theta":5000 """, 5000, "none")]
    [InlineData(""" "rope_theta":5000,"rope_scaling":null """, 5000, "none")]
    [InlineData(""" "rope_scaling":{"type":"linear","factor":4.0} """, 10000, """{"rope_type":"linear","factor":4}""")]
    [InlineData(""" "rope_scaling":{"rope_type":"default"} """, 10000, "none")]
    [InlineData(""" "rope_parameters":{"rope_theta":777,"rope_type":"default"},"rope_theta":5 """, 777, "none")]
    [InlineData(""" "rope_parameters":{"rope_theta":777} """, 777, "none")]
    [InlineData(
        """ "rope_parameters":{"rope_theta":777,"rope_type":"llama3","factor":32,"low_freq_factor":1,"high_freq_factor":4"""
            + ""","original_max_position_embeddings":8192} """,
        777,
        """{"rope_type":"llama3","factor":32,"low_freq_factor":1,"high_freq_factor":4,"original_max_position_embeddings":8192}""")]
    public void Rotary_embeddings_are_read_from_old_and_new_files(string fields, double rotaryBase, string scaling)
    {
        DecoderConfig config = Parse($$"""{"model_type":"llama",{{fields}}}""");
        Assert.Equal(rotaryBase, config.RotaryBase);
        Assert.Equal(scaling, config.RotaryScaling?.ToJson().ToJsonString() ?? "none");
    }

    public static TheoryData<string, string> WrongFields
    {
        get
        {
            var rows = new TheoryData<string, string>
            {
                { """{"hidden_size":768}""", "model_type" },
                { """{"model_type":7}""", "model_type" },
                { """{"model_type":"bert"}""", "model_type" },
                { """{"model_type":"jamba"}""", "model_type" },
                { """{"model_type":"mistral","sliding_window":0}""", "sliding_window" },
                { """{"model_type":"llama","num_attention_heads":8,"num_key_value_heads":3}""", "num_key_value_heads" },
                { """{"model_type":"llama","num_attention_heads":4,"num_key_value_heads":8}""", "num_key_value_heads" },
                { """{"model_type":"llama","num_attention_heads":7}""", "num_attention_heads" },
                { """{"model_type":"llama","hidden_size":12,"num_attention_heads":4}""", "num_attention_heads" },
                { """{"model_type":"llama","head_dim":5}""", "head_dim" },
                { """{"model_type":"llama","hidden_act":"mish"}""", "hidden_act" },
                { """{"model_type":"llama","num_hidden_layers":1001}""", "num_hidden_layers" },
                { """{"model_type":"llama","vocab_size":10,"pad_token_id":10}""", "pad_token_id" },
                { """{"model_type":"llama","pad_token_id":[1,2]}""", "pad_token_id" },
                { """{"model_type":"llama","rope_scaling":"linear"}""", "rope_scaling" },
                { """{"model_type":"llama","rope_scaling":{"type":"proportional","factor":2}}""", "rope_scaling.type" },
                { """{"model_type":"llama","rope_scaling":{"rope_type":"yarn"}}""", "rope_scaling.factor" },
                { """{"model_type":"llama","rope_scaling":{"factor":2}}""", "rope_scaling.rope_type" },
                { """{"model_type":"llama","rope_scaling":{"type":"linear"}}""", "rope_scaling.factor" },
                { """{"model_type":"llama","rope_scaling":{"type":"linear","factor":0}}""", "rope_scaling.factor" },
                { """{"model_type":"llama","rope_parameters":{"rope_type":"longrope"}}""", "rope_parameters.short_factor" },
                { """{"model_type":"llama","rope_parameters":{"rope_theta":0}}""", "rope_parameters.rope_theta" },
                {
                    """{"model_type":"llama","rope_scaling":{"rope_type":"llama3","factor":2,"low_freq_factor":4,"high_freq_factor":4"""
                        + ""","original_max_position_embeddings":9}}""",
                    "rope_scaling.high_freq_factor"
                },
                {
                    """{"model_type":"llama","rope_scaling":{"rope_type":"llama3","factor":2,"low_freq_factor":1,"high_freq_factor":4}}""",
                    "rope_scaling.original_max_position_embeddings"
                },
            };
            string[] counts =
            [
                "vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads", "head_dim",
                "intermediate_size",
                "max_position_embeddings",
            ];
            Add(counts, "0", "-1", "1.5", "\"8\"", "99999999999", "true");
            Add(["pad_token_id", "bos_token_id", "eos_token_id"], "-2", "0.5", "\"</s>\"", "99999999");
            Add(["attention_dropout"], "-0.1", "1", "\"0.1\"");
            Add(["rms_norm_eps", "initializer_range", "rope_theta"], "0", "-1", "\"1e-5\"", "1e999");
            Add(["tie_word_embeddings", "attention_bias", "mlp_bias"], "1", "\"no\"");
            return rows;

            void Add(string[] fields, params string[] values)
            {
                foreach (string name in fields)
                {
                    foreach (string value in values)
                        rows.Add($$"""{"model_type":"llama","{{name}}":{{value}}}""", name);
                }
            }
        }
    }

    [Theory, MemberData(nameof(WrongFields))]
    public void A_wrong_field_is_refused_by_name(string json, string field)
    {
        var error = Assert.Throws<CheckpointFormatException>(() => Parse(json));
        Assert.Equal(("here", field), (error.File, error.Field));
        Assert.NotEmpty(error.Remedy);
    }

    [Theory]
    [InlineData("""{"model_type":"llama","rope_scaling":{"type":"proportional","factor":2}}""", "proportional")]
    [InlineData("""{"model_type":"llama","hidden_act":"quick_gelu"}""", "quick_gelu")]
    [InlineData("""{"model_type":"falcon"}""", "falcon")]
    public void What_is_not_supported_is_named(string json, string name) =>
        Assert.Contains(name, Assert.Throws<CheckpointFormatException>(() => Parse(json)).Reason);

    [Theory, MemberData(nameof(SmallDecoder.AllVariants), MemberType = typeof(SmallDecoder))]
    public void What_is_written_reads_back_the_same(string variant)
    {
        DecoderConfig config = SmallDecoder.Config(variant) with { AttentionDropout = 0.125, InitializerRange = 0.03 };
        string json = config.ToJson(ModelTask.CausalLanguageModeling, dataType: "bfloat16");
        AssertSame(config, Parse(json));
        using JsonDocument document = JsonDocument.Parse(json);
        string architecture = variant == "gpt-2" ? "GPT2LMHeadModel" : $"{config.Family.ClassName}ForCausalLM";
        Assert.Equal(architecture, document.RootElement.GetProperty("architectures")[0].GetString());
        Assert.Equal("bfloat16", document.RootElement.GetProperty("torch_dtype").GetString());
    }

    [Fact]
    public void A_folder_is_read_by_its_file()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("config.json", Assert.Throws<CheckpointFormatException>(() => DecoderConfig.Read(folder.Path)).Reason);
        string file = folder.Write("config.json", """{"model_type":"llama","vocab_size":77}""");
        Assert.Equal(77, DecoderConfig.Read(folder.Path).VocabularySize);
        Assert.Equal(77, DecoderConfig.Read(file).VocabularySize);
    }

    internal static DecoderConfig Parse(string json) =>
        DecoderConfig.Read(new ConfigFields(new("here", "", JsonSerializer.Deserialize<JsonElement>(json))));

    /// <summary>The same architecture; lists are compared by what is in them.</summary>
    internal static void AssertSame(DecoderConfig expected, DecoderConfig actual)
    {
        Assert.Equal(expected.EndTokenIds, actual.EndTokenIds);
        Assert.Equal(expected.WindowLayers, actual.WindowLayers);
        Assert.Equivalent(expected.Experts, actual.Experts, strict: true);
        Assert.Equal(
            expected with { EndTokenIds = actual.EndTokenIds, WindowLayers = actual.WindowLayers, Experts = actual.Experts }, actual);
    }
}
