using System.Runtime.InteropServices;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Models;

/// <summary>Checkpoints of all sorts, made from a small model's parameters by changing names, shapes and types.</summary>
public sealed class LoaderTests : IDisposable
{
    private const string Query = "encoder.layer.1.attention.self.query.weight";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(SmallEncoder.Families), MemberType = typeof(SmallEncoder))]
    public void A_saved_model_loads_with_the_same_values(string family)
    {
        EncoderConfig config = SmallEncoder.Config(family);
        using var model = SmallEncoder.Randomised(SequenceClassifier.Create(config, 3, seed: 1));
        using var language = SmallEncoder.Randomised(MaskedLanguageModel.Create(config, seed: 2));
        ModelWriter.SaveFolder(_folder.File("classifier"), model, ["a", "b", "c"]);
        ModelWriter.SaveFolder(_folder.File("language"), language);
        using (Checkpoint checkpoint = Checkpoint.Open(_folder.File("classifier")))
        using (SequenceClassifier loaded = SequenceClassifier.Load(checkpoint, 3, seed: 9))
        {
            AssertSame(Values(model), Values(loaded));
            Assert.Empty(loaded.NewParameters);
            ModelWriter.SaveFolder(_folder.File("base"), loaded.Encoder);
        }

        using (Checkpoint checkpoint = Checkpoint.Open(_folder.File("base")))
        using (TextEncoder loaded = TextEncoder.Load(checkpoint))
        {
            Assert.EndsWith("Model", checkpoint.Config!.Architectures.Single());
            // A classifier's encoder has its pooler in it, and writes it: a base model has one.
            Assert.Equal(family == "bert", checkpoint.Find("pooler.dense.weight") is not null);
            Dictionary<string, double[]> expected = Values(model.Encoder), actual = Values(loaded);
            AssertSame(expected.Where(pair => !pair.Key.StartsWith("pooler.", StringComparison.Ordinal)).ToDictionary(), actual);
        }

        using (Checkpoint checkpoint = Checkpoint.Open(_folder.File("language")))
        using (MaskedLanguageModel loaded = MaskedLanguageModel.Load(checkpoint))
            AssertSame(Values(language), Values(loaded));
    }

    [Theory, MemberData(nameof(SmallEncoder.Families), MemberType = typeof(SmallEncoder))]
    public void A_base_model_has_no_prefix_and_its_classifier_a_new_head(string family)
    {
        EncoderConfig config = SmallEncoder.Config(family);
        string? BaseName(string name) =>
            name.StartsWith(config.Names.Prefix, StringComparison.Ordinal) ? name[(config.Names.Prefix.Length + 1)..] : null;
        Write(family, BaseName);
        using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);
        using TextEncoder encoder = TextEncoder.Load(checkpoint, config);
        // A base BERT has the pooler, which the encoder alone doesn't need.
        string[] stored = [.. checkpoint.Tensors.Select(t => t.Name).Where(name => !name.StartsWith("pooler", StringComparison.Ordinal))];
        Assert.Equal(
            stored.Order(StringComparer.Ordinal),
            encoder.named_parameters().Select(p => p.name).Order(StringComparer.Ordinal));
        AssertStored(checkpoint, encoder, name => name);

        using SequenceClassifier model = SequenceClassifier.Load(checkpoint, 5, seed: 3, config: config);
        string[] head = family switch
        {
            "bert" => ["classifier.weight", "classifier.bias"],
            "distilbert" => ["pre_classifier.weight", "pre_classifier.bias", "classifier.weight", "classifier.bias"],
            _ => ["classifier.dense.weight", "classifier.dense.bias", "classifier.out_proj.weight", "classifier.out_proj.bias"],
        };
        Assert.Equal(head, model.NewParameters);
        AssertStored(checkpoint, model, BaseName);
        Dictionary<string, double[]> values = Values(model);
        Assert.All(head, name => Assert.Equal(name.EndsWith("bias", StringComparison.Ordinal), values[name].All(value => value == 0)));
        Assert.Equal([5, 16], model.get_parameter(head[^2])!.shape);
    }

    [Fact]
    public void Old_names_buffers_and_heads_of_other_tasks_are_understood()
    {
        WriteConfig("bert");
        Write("bert", OldName, extra:
        [
            Source("bert.embeddings.position_ids", TensorDataType.Int64, 1, 10),
            Source("bert.embeddings.token_type_ids", TensorDataType.Int64, 1, 10),
            Source("cls.seq_relationship.weight", TensorDataType.Float32, 2, 16),
            Source("cls.predictions.decoder.weight", TensorDataType.Float32, 30, 16),
            Source("cls.predictions.decoder.bias", TensorDataType.Float32, 30),
            Source("cls.predictions.bias", TensorDataType.Float32, 30),
            Source("cls.predictions.transform.dense.weight", TensorDataType.Float32, 16, 16),
            Source("qa_outputs.weight", TensorDataType.Float32, 2, 16),
        ]);
        using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);
        using SequenceClassifier model = SequenceClassifier.Load(checkpoint, 3, seed: 1);
        Assert.Empty(model.NewParameters);
        AssertStored(checkpoint, model, OldName);

        static string OldName(string name) =>
            name.Replace("LayerNorm.weight", "LayerNorm.gamma").Replace("LayerNorm.bias", "LayerNorm.beta");
    }

    [Fact]
    public void The_head_is_kept_or_made_new_as_a_whole()
    {
        EncoderConfig config = SmallEncoder.Config(ModelFamilies.Roberta);
        Write("roberta", name => name);
        string[] head = ["classifier.dense.weight", "classifier.dense.bias", "classifier.out_proj.weight", "classifier.out_proj.bias"];
        using (Checkpoint checkpoint = Checkpoint.Open(_folder.Path))
        {
            Assert.Empty(New(checkpoint, 3));
            Assert.Equal(head, New(checkpoint, 4));
            Assert.Equal(head, New(checkpoint, 3, reset: true));
        }

        // The names and shapes of a classifier, but of tokens.
        WriteConfig("roberta", "RobertaForTokenClassification");
        using (Checkpoint checkpoint = Checkpoint.Open(_folder.Path))
            Assert.Equal(head, New(checkpoint, 3));
        WriteConfig("roberta", "RobertaForSequenceClassification");
        using (Checkpoint checkpoint = Checkpoint.Open(_folder.Path))
            Assert.Empty(New(checkpoint, 3));

        // A part of a head is no head.
        Write("roberta", name => name == head[1] ? null : name);
        using (Checkpoint checkpoint = Checkpoint.Open(_folder.Path))
            Assert.Contains(head[1], Assert.Throws<CheckpointFormatException>(() => New(checkpoint, 3)).Message);

        IReadOnlyList<string> New(Checkpoint checkpoint, int classes, bool reset = false)
        {
            using SequenceClassifier model = SequenceClassifier.Load(checkpoint, classes, seed: 1, reset, config);
            return model.NewParameters;
        }
    }

    [Fact]
    public void A_missing_pooler_is_new()
    {
        Write("bert", name => name.Contains("pooler", StringComparison.Ordinal) ? null : name);
        using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);
        EncoderConfig config = SmallEncoder.Config(ModelFamilies.Bert);
        using SequenceClassifier model = SequenceClassifier.Load(checkpoint, 3, seed: 1, config: config);
        Assert.Equal(["bert.pooler.dense.weight", "bert.pooler.dense.bias"], model.NewParameters);
    }

    [Fact]
    public void A_pooler_that_a_sentence_encoder_does_not_use_can_be_made_new()
    {
        string[] pooler = ["bert.pooler.dense.weight", "bert.pooler.dense.bias"];
        Write("bert", name => name);
        WriteConfig("bert", "BertModel");
        Assert.DoesNotContain(pooler[0], New());
        Directory.CreateDirectory(_folder.File(PoolingConfig.Folder));
        _folder.Write(PoolingConfig.FileName, """{"pooling_mode_mean_tokens":true}""");
        Assert.Equal(pooler, New().Intersect(pooler));
        // A classifier's pooler is part of what it learnt, wherever it came from.
        WriteConfig("bert", "BertForSequenceClassification");
        Assert.Empty(New());

        IReadOnlyList<string> New()
        {
            using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);
            using SequenceClassifier model = SequenceClassifier.Load(checkpoint, 3, seed: 1, resetPooler: true);
            return model.NewParameters;
        }
    }

    [Fact]
    public void All_that_does_not_fit_is_listed_at_once()
    {
        Write(
            "bert",
            name => name.EndsWith("key.bias", StringComparison.Ordinal) ? null : name,
            extra:
            [
                Source("bert.encoder.layer.2.output.dense.weight", TensorDataType.Float32, 16, 24),
                Source("something.else", TensorDataType.Float32, 1),
                Source("encoder.layer.0.output.dense.bias", TensorDataType.Float32, 16),
            ]);
        var error = Refused(SmallEncoder.Config(ModelFamilies.Bert) with { IntermediateSize = 25 });
        Assert.Equal(_folder.Path, error.File);
        Assert.Contains(
            "missing (2): bert.encoder.layer.0.attention.self.key.bias, bert.encoder.layer.1.attention.self.key.bias", error.Reason);
        Assert.Contains("bert.encoder.layer.0.intermediate.dense.weight is [24, 16] instead of [25, 16]", error.Reason);
        Assert.Contains("unknown (2): bert.encoder.layer.2.output.dense.weight, something.else", error.Reason);
        Assert.Contains("there twice (1): bert.encoder.layer.0.output.dense.bias and encoder.layer.0.output.dense.bias", error.Reason);
    }

    [Fact]
    public void Every_size_of_the_configuration_is_compared_with_the_tensors()
    {
        Write("bert", name => name);
        EncoderConfig config = SmallEncoder.Config(ModelFamilies.Bert);
        (EncoderConfig Config, string Tensor)[] wrong =
        [
            (config with { VocabularySize = 31 }, "word_embeddings.weight is [30, 16] instead of [31, 16]"),
            (config with { HiddenSize = 20 }, "word_embeddings.weight is [30, 16] instead of [30, 20]"),
            (config with { MaxTokens = 11 }, "position_embeddings.weight is [10, 16] instead of [11, 16]"),
            (config with { TypeVocabularySize = 3 }, "token_type_embeddings.weight is [2, 16] instead of [3, 16]"),
            (config with { IntermediateSize = 23 }, "output.dense.weight is [16, 24] instead of [16, 23]"),
            (config with { LayerCount = 3 }, "missing (16): bert.encoder.layer.2."),
            (config with { LayerCount = 1 }, "unknown (16): bert.encoder.layer.1."),
            // Nothing of this size may be tried.
            (config with { VocabularySize = int.MaxValue, HiddenSize = 1 << 30 }, "instead of [2147483647, 1073741824]"),
        ];
        foreach ((EncoderConfig its, string tensor) in wrong)
            Assert.Contains(tensor, Refused(its).Reason);
    }

    [Fact]
    public void Long_lists_are_cut()
    {
        Write("bert", name => name);
        string reason = Refused(SmallEncoder.Config(ModelFamilies.Bert) with { LayerCount = 40 }).Reason;
        Assert.Contains("missing (608): ", reason);
        Assert.Equal(20, reason.Split(", bert.").Length);
        Assert.EndsWith(", …", reason);
    }

    [Fact]
    public void Weights_that_are_not_floating_point_are_refused_by_name()
    {
        Write("bert", name => name == $"bert.{Query}" ? null : name, extra: [Source($"bert.{Query}", TensorDataType.Int8, 16, 16)]);
        Assert.Contains($"bert.{Query} is of type I8", Refused(SmallEncoder.Config(ModelFamilies.Bert)).Reason);
    }

    [Fact]
    public void A_language_model_needs_its_head_and_a_tied_one()
    {
        EncoderConfig config = SmallEncoder.Config(ModelFamilies.Bert);
        Write("bert", name => name);
        using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);
        var error = Assert.Throws<CheckpointFormatException>(() => MaskedLanguageModel.Load(checkpoint, config));
        Assert.Contains("cls.predictions.bias", error.Reason);

        using var language = MaskedLanguageModel.Create(config, seed: 1);
        ModelWriter.SaveFolder(_folder.File("language"), language);
        using Checkpoint second = Checkpoint.Open(_folder.File("language"));
        error = Assert.Throws<CheckpointFormatException>(
            () => MaskedLanguageModel.Load(second, config with { TiesWordEmbeddings = false }));
        Assert.Equal("tie_word_embeddings", error.Field);
    }

    [Theory]
    [InlineData(ScalarType.Float16, ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16, ScalarType.Float32)]
    [InlineData(ScalarType.Float64, ScalarType.Float32)]
    [InlineData(ScalarType.Float32, ScalarType.Float64)]
    [InlineData(ScalarType.Float16, ScalarType.Float64)]
    [InlineData(ScalarType.BFloat16, ScalarType.BFloat16)]
    [InlineData(ScalarType.Float16, ScalarType.Float16)]
    [InlineData(ScalarType.Float32, ScalarType.BFloat16)]
    [InlineData(ScalarType.Float64, ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16, ScalarType.Float16)]
    public void Types_are_converted_as_the_tensor_library_does(ScalarType stored, ScalarType loaded)
    {
        using var scope = NewDisposeScope();
        EncoderConfig config = SmallEncoder.Config(ModelFamilies.Bert);
        using var model = SmallEncoder.Randomised(SequenceClassifier.Create(config, 3, seed: 1, ScalarType.Float64));
        ModelWriter.SaveFolder(_folder.Path, model, dtype: stored);
        using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);
        using SequenceClassifier result = SequenceClassifier.Load(checkpoint, 3, seed: 1, dtype: loaded);
        foreach ((string name, Tensor parameter) in model.named_parameters())
        {
            Tensor expected = parameter.to(stored).to(loaded), actual = result.get_parameter(name)!;
            Assert.Equal(loaded, actual.dtype);
            Assert.True(expected.eq(actual).all().ToBoolean(), name);
        }
    }

    [Fact]
    public void New_values_come_from_the_seed_alone()
    {
        using var scope = NewDisposeScope();
        EncoderConfig config = SmallEncoder.Config(ModelFamilies.Roberta) with { HiddenSize = 64 };
        using var model = SequenceClassifier.Create(config, 3, seed: 7);
        using var same = SequenceClassifier.Create(config, 3, seed: 7, ScalarType.BFloat16);
        using var other = SequenceClassifier.Create(config, 3, seed: 8);
        Assert.Equal(model.named_parameters().Select(p => p.name), model.NewParameters);

        foreach ((string name, Tensor parameter) in model.named_parameters())
        {
            Assert.True(parameter.to(ScalarType.BFloat16).eq(same.get_parameter(name)!).all().ToBoolean(), name);
            double[] values = Doubles(parameter);
            if (name.EndsWith("bias", StringComparison.Ordinal))
            {
                Assert.All(values, value => Assert.Equal(0, value));
            }
            else if (name.EndsWith("LayerNorm.weight", StringComparison.Ordinal))
            {
                Assert.All(values, value => Assert.Equal(1, value));
            }
            else
            {
                Assert.False(parameter.eq(other.get_parameter(name)!).all().ToBoolean(), name);
                Assert.InRange(Math.Sqrt(values.Average(value => value * value)), 0.014, 0.026);
            }
        }

        // Padding's rows: of its word, and of its position.
        foreach (string table in (string[])["word", "position"])
        {
            Tensor weight = model.get_parameter($"roberta.embeddings.{table}_embeddings.weight")!;
            Assert.All(Doubles(weight[1]), value => Assert.Equal(0, value));
            Assert.All(Doubles(weight[0]), value => Assert.NotEqual(0, value));
        }
    }

    [Fact]
    public void Models_without_a_configuration_beside_them_need_one()
    {
        Write("bert", name => name);
        using Checkpoint checkpoint = Checkpoint.Open(_folder.File("model.safetensors"));
        Assert.Contains("config.json", Assert.Throws<CheckpointFormatException>(() => TextEncoder.Load(checkpoint)).Message);
        WriteConfig("bert");
        using TextEncoder encoder = TextEncoder.Load(checkpoint);
        Assert.Equal(3, encoder.StageCount);
    }

    private CheckpointFormatException Refused(EncoderConfig config)
    {
        using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);
        return Assert.Throws<CheckpointFormatException>(() => SequenceClassifier.Load(checkpoint, 3, seed: 1, config: config));
    }

    /// <summary>A classifier of three classes under other names; null leaves a tensor out.</summary>
    private void Write(string family, Func<string, string?> rename, params TensorSource[] extra)
    {
        using var model = SmallEncoder.Randomised(SequenceClassifier.Create(SmallEncoder.Config(family), 3, seed: 1));
        IEnumerable<TensorSource> sources = ModelWriter.Sources(model, ScalarType.Float32)
            .Where(source => rename(source.Name) is not null)
            .Select(source => source with { Name = rename(source.Name)! });
        SafetensorsWriter.Write(_folder.File("model.safetensors"), [.. sources, .. extra]);
    }

    private void WriteConfig(string type, params string[] architectures) => _folder.Write(
        "config.json",
        $$"""
        {"model_type":"{{type}}","vocab_size":30,"hidden_size":16,"num_hidden_layers":2,"num_attention_heads":4,"intermediate_size":24,
         "max_position_embeddings":10,"type_vocab_size":2,
         "architectures":[{{string.Join(',', architectures.Select(name => $"\"{name}\""))}}]}
        """);

    private static TensorSource Source(string name, TensorDataType type, params long[] shape) =>
        TensorSource.FromBytes(name, type, shape, new byte[shape.Aggregate(1L, (a, b) => a * b) * type.Size()]);

    private static void AssertStored(Checkpoint checkpoint, nn.Module module, Func<string, string?> fileName)
    {
        int compared = 0;
        foreach ((string name, double[] values) in Values(module))
        {
            if (fileName(name) is not { } stored || checkpoint.Find(stored) is not { } view)
                continue;
            double[] expected = new double[view.ElementCount];
            view.Read(0, expected);
            Assert.Equal(expected, values);
            compared++;
        }

        Assert.InRange(compared, 30, int.MaxValue);
    }

    private static void AssertSame(Dictionary<string, double[]> expected, Dictionary<string, double[]> actual)
    {
        Assert.Equal(expected.Keys, actual.Keys);
        Assert.All(expected, pair => Assert.Equal(pair.Value, actual[pair.Key]));
    }

    private static Dictionary<string, double[]> Values(nn.Module module) =>
        module.named_parameters().ToDictionary(p => p.name, p => Doubles(p.parameter));

    private static double[] Doubles(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return MemoryMarshal.Cast<byte, double>(tensor.detach().to(ScalarType.Float64).contiguous().bytes).ToArray();
    }
}
