using System.Text.Json;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Tests.Models;

public sealed class EncoderConfigTests
{
    [Fact]
    public void Every_field_of_bert_is_read()
    {
        EncoderConfig config = Parse(
            """
            {"model_type":"bert","vocab_size":100,"hidden_size":24,"num_hidden_layers":3,"num_attention_heads":2,"intermediate_size":40,
             "hidden_act":"relu","hidden_dropout_prob":0.2,"attention_probs_dropout_prob":0.3,"classifier_dropout":0.4,
             "max_position_embeddings":64,"type_vocab_size":1,"layer_norm_eps":1e-5,"pad_token_id":3,"initializer_range":0.05,
             "tie_word_embeddings":false,"position_embedding_type":"absolute","torch_dtype":"float16","unheard_of":[1,2]}
            """);
        Assert.Equal(
            new EncoderConfig
            {
                Family = ModelFamilies.Bert,
                VocabularySize = 100,
                HiddenSize = 24,
                LayerCount = 3,
                HeadCount = 2,
                IntermediateSize = 40,
                Activation = "relu",
                HiddenDropout = 0.2,
                AttentionDropout = 0.3,
                ClassifierDropout = 0.4,
                MaxTokens = 64,
                TypeVocabularySize = 1,
                LayerNormEps = 1e-5,
                PadTokenId = 3,
                InitializerRange = 0.05,
                TiesWordEmbeddings = false,
            },
            config);
    }

    [Fact]
    public void Every_field_of_distilbert_is_read()
    {
        EncoderConfig config = Parse(
            """
            {"model_type":"distilbert","vocab_size":100,"dim":24,"n_layers":3,"n_heads":2,"hidden_dim":40,"activation":"silu","dropout":0.2,
             "attention_dropout":0.3,"seq_classif_dropout":0.4,"max_position_embeddings":64,"pad_token_id":3,"initializer_range":0.05}
            """);
        Assert.Equal(
            new EncoderConfig
            {
                Family = ModelFamilies.DistilBert,
                VocabularySize = 100,
                HiddenSize = 24,
                LayerCount = 3,
                HeadCount = 2,
                IntermediateSize = 40,
                Activation = "silu",
                HiddenDropout = 0.2,
                AttentionDropout = 0.3,
                ClassifierDropout = 0.4,
                MaxTokens = 64,
                PadTokenId = 3,
                InitializerRange = 0.05,
            },
            config);
    }

    [Theory]
    [InlineData("""{"model_type":"bert"}""", 30522, 512, 2, 0, 1e-12, 0.1)]
    [InlineData("""{"model_type":"bert","hidden_dropout_prob":0.3,"classifier_dropout":null}""", 30522, 512, 2, 0, 1e-12, 0.3)]
    [InlineData("""{"model_type":"distilbert"}""", 30522, 512, 0, 0, 1e-12, 0.2)]
    [InlineData(
        """{"model_type":"roberta","max_position_embeddings":514,"type_vocab_size":1,"layer_norm_eps":1e-5}""",
        50265, 512, 1, 1, 1e-5, 0.1)]
    [InlineData(
        """{"model_type":"xlm-roberta","vocab_size":250002,"max_position_embeddings":514,"type_vocab_size":1}""",
        250002, 512, 1, 1, 1e-12, 0.1)]
    public void Defaults_are_the_familys(
        string json, int vocabulary, int tokens, int types, int padding, double eps, double classifierDropout)
    {
        EncoderConfig config = Parse(json);
        Assert.Equal(
            (vocabulary, tokens, types, padding, eps, classifierDropout),
            (config.VocabularySize, config.MaxTokens, config.TypeVocabularySize, config.PadTokenId, config.LayerNormEps,
                config.ClassifierDropout));
        Assert.Equal((768, 12, 3072, "gelu"), (config.HiddenSize, config.HeadCount, config.IntermediateSize, config.Activation));
    }

    public static TheoryData<string, string> WrongFields
    {
        get
        {
            var rows = new TheoryData<string, string>
            {
                { """{"hidden_size":768}""", "model_type" },
                { """{"model_type":null}""", "model_type" },
                { """{"model_type":7}""", "model_type" },
                { """{"model_type":"llama"}""", "model_type" },
                { """{"model_type":"roberta","max_position_embeddings":2}""", "max_position_embeddings" },
                { """{"model_type":"bert","vocab_size":10,"pad_token_id":10}""", "pad_token_id" },
                { """{"model_type":"bert","num_attention_heads":7}""", "num_attention_heads" },
                { """{"model_type":"distilbert","n_heads":7}""", "n_heads" },
                { """{"model_type":"bert","position_embedding_type":"relative_key"}""", "position_embedding_type" },
                { """{"model_type":"bert","hidden_act":"quick_gelu"}""", "hidden_act" },
                { """{"model_type":"distilbert","activation":"mish"}""", "activation" },
                { """{"model_type":"bert","is_decoder":true}""", "is_decoder" },
                { """{"model_type":"bert","add_cross_attention":true}""", "add_cross_attention" },
                { """{"model_type":"bert","num_hidden_layers":1001}""", "num_hidden_layers" },
            };
            string[] counts =
            [
                "vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "max_position_embeddings",
                "type_vocab_size",
            ];
            string[] distilled = ["vocab_size", "dim", "n_layers", "n_heads", "hidden_dim", "max_position_embeddings"];
            Add("bert", counts, "0", "-1", "1.5", "\"8\"", "99999999999", "true");
            Add("distilbert", distilled, "0", "\"8\"", "[]");
            Add("bert", ["pad_token_id"], "-1", "0.5", "\"[PAD]\"");
            Add("bert", ["hidden_dropout_prob", "attention_probs_dropout_prob", "classifier_dropout"], "-0.1", "1", "\"0.1\"");
            Add("distilbert", ["dropout", "attention_dropout", "seq_classif_dropout"], "-0.1", "1");
            Add("roberta", ["layer_norm_eps", "initializer_range"], "0", "-1", "\"1e-5\"", "1e999");
            Add("roberta", ["tie_word_embeddings", "is_decoder"], "1", "\"no\"");
            Add("xlm-roberta", ["hidden_act", "position_embedding_type"], "1", "{}");
            return rows;

            void Add(string type, string[] fields, params string[] values)
            {
                foreach (string name in fields)
                {
                    foreach (string value in values)
                        rows.Add($$"""{"model_type":"{{type}}","{{name}}":{{value}}}""", name);
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
    [InlineData("""{"model_type":"bert","hidden_act":"quick_gelu"}""", "quick_gelu")]
    [InlineData("""{"model_type":"bert","position_embedding_type":"relative_key"}""", "relative_key")]
    [InlineData("""{"model_type":"llama"}""", "llama")]
    public void What_is_not_supported_is_named(string json, string name) =>
        Assert.Contains(name, Assert.Throws<CheckpointFormatException>(() => Parse(json)).Reason);

    [Theory, MemberData(nameof(SmallEncoder.Families), MemberType = typeof(SmallEncoder))]
    public void What_is_written_reads_back_the_same(string family)
    {
        EncoderConfig config = SmallEncoder.Config(family, "gelu_new") with
        {
            HiddenDropout = 0.25,
            AttentionDropout = 0.125,
            ClassifierDropout = 0.5,
            InitializerRange = 0.03,
            LayerNormEps = family == "distilbert" ? 1e-12 : 3e-6,
        };
        using JsonDocument document = JsonDocument.Parse(config.ToJson(ModelTask.SequenceClassification, ["no", "\"yes\" …"]));
        Assert.Equal(config, EncoderConfig.Read(new ConfigFields(new("here", "", document.RootElement))));
        Assert.Equal("\"yes\" …", document.RootElement.GetProperty("id2label").GetProperty("1").GetString());
        Assert.Equal(1, document.RootElement.GetProperty("label2id").GetProperty("\"yes\" …").GetInt32());
    }

    [Theory]
    [InlineData("bert", "BertModel", "BertForSequenceClassification", "BertForMaskedLM")]
    [InlineData("roberta", "RobertaModel", "RobertaForSequenceClassification", "RobertaForMaskedLM")]
    [InlineData("xlm-roberta", "XLMRobertaModel", "XLMRobertaForSequenceClassification", "XLMRobertaForMaskedLM")]
    [InlineData("distilbert", "DistilBertModel", "DistilBertForSequenceClassification", "DistilBertForMaskedLM")]
    public void The_class_of_the_task_is_named(string family, params string[] classes)
    {
        for (int task = 0; task < classes.Length; task++)
        {
            using JsonDocument document = JsonDocument.Parse(SmallEncoder.Config(family).ToJson((ModelTask)task, dataType: "bfloat16"));
            Assert.Equal(classes[task], document.RootElement.GetProperty("architectures")[0].GetString());
            Assert.Equal("bfloat16", document.RootElement.GetProperty("torch_dtype").GetString());
        }
    }

    [Fact]
    public void A_folder_is_read_by_its_file()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("config.json", Assert.Throws<CheckpointFormatException>(() => EncoderConfig.Read(folder.Path)).Reason);
        string file = folder.Write("config.json", """{"model_type":"bert","vocab_size":77}""");
        Assert.Equal(77, EncoderConfig.Read(folder.Path).VocabularySize);
        Assert.Equal(EncoderConfig.Read(file), EncoderConfig.Read(folder.Path));
    }

    private static EncoderConfig Parse(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return EncoderConfig.Read(new ConfigFields(new("here", "", document.RootElement)));
    }
}
