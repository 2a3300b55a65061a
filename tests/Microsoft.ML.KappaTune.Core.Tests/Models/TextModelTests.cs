using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Models;

public sealed class TextModelTests
{
    /// <summary>Every encoder's weights in the golden folder.</summary>
    public static TheoryData<string> Checkpoints => [.. GoldenEncoders.Files("model.safetensors")];

    [Theory, MemberData(nameof(SmallEncoder.Families), MemberType = typeof(SmallEncoder))]
    public void Parameters_are_those_that_were_planned(string family)
    {
        EncoderConfig config = SmallEncoder.Config(family);
        using var classifier = SequenceClassifier.Create(config, 3, seed: 1);
        using var language = MaskedLanguageModel.Create(config, seed: 1);
        AssertPlanned(classifier, config.Parameters(config.Family.ClassifierHead(config, 3)));
        AssertPlanned(language, config.Parameters(config.Family.PredictionHead(config)));

        static void AssertPlanned(nn.Module model, IEnumerable<ParameterPlan> plans)
        {
            var expected = plans.Select(plan => $"{plan.Name} {string.Join(',', plan.Shape)}").Order(StringComparer.Ordinal);
            var actual =
                model.named_parameters().Select(p => $"{p.name} {string.Join(',', p.parameter.shape)}").Order(StringComparer.Ordinal);
            Assert.Equal(expected, actual);
            Assert.All(model.parameters(), parameter => Assert.True(parameter.requires_grad));
            Assert.Empty(model.named_buffers());
        }
    }

    [Theory]
    [InlineData("bert", "bert.embeddings.word_embeddings.weight", 0)]
    [InlineData("bert", "bert.embeddings.LayerNorm.bias", 0)]
    [InlineData("bert", "bert.encoder.layer.0.attention.self.query.weight", 1)]
    [InlineData("bert", "bert.encoder.layer.1.output.LayerNorm.weight", 2)]
    [InlineData("bert", "bert.pooler.dense.weight", 3)]
    [InlineData("bert", "classifier.bias", 3)]
    [InlineData("roberta", "roberta.encoder.layer.1.intermediate.dense.bias", 2)]
    [InlineData("roberta", "classifier.out_proj.weight", 3)]
    [InlineData("distilbert", "distilbert.transformer.layer.1.ffn.lin2.weight", 2)]
    [InlineData("distilbert", "pre_classifier.weight", 3)]
    public void Stages_are_the_places_where_parameters_take_part(string family, string name, int stage)
    {
        using var model = SequenceClassifier.Create(SmallEncoder.Config(family), 2, seed: 1);
        Assert.Equal(3, model.Encoder.StageCount);
        Assert.NotNull(model.get_parameter(name));
        Assert.Equal(stage, model.StageOf(name));
    }

    [Theory, MemberData(nameof(SmallEncoder.Families), MemberType = typeof(SmallEncoder))]
    public void Projections_are_all_matrices_but_the_embeddings(string family)
    {
        using var model = SequenceClassifier.Create(SmallEncoder.Config(family), 2, seed: 1);
        var matrices = model.named_parameters()
            .Where(p => p.parameter.dim() == 2 && TensorName.Parse(p.name, 2).Role != TensorRole.Embedding).Select(p => p.name);
        Assert.Equal(matrices.Order(), model.LinearLayers.Keys.Select(path => $"{path}.weight").Order());
        Assert.All(model.LinearLayers, pair => Assert.Same(model.get_parameter($"{pair.Key}.weight"), pair.Value.Weight));
    }

    [Fact]
    public void An_adapter_adds_to_the_output_and_is_no_part_of_the_model()
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        EncoderConfig config = SmallEncoder.Config(ModelFamilies.Bert);
        using var model = SmallEncoder.Randomised(SequenceClassifier.Create(config, 2, seed: 1));
        (Tensor ids, Tensor mask, Tensor types) = SmallEncoder.Batch(config, 5, 3);
        model.eval();
        Tensor before = model.Classify(ids, mask, types);
        string[] names = [.. model.named_parameters().Select(p => p.name)], modules = [.. model.named_modules().Select(m => m.name)];

        LinearLayer projection = model.LinearLayers["bert.encoder.layer.1.output.dense"];
        using var adapter = new Shift(16);
        projection.Adapter = adapter;
        Assert.Equal(names, model.named_parameters().Select(p => p.name));
        Assert.Equal(modules, model.named_modules().Select(m => m.name));
        Tensor x = randn(2, 24);
        Assert.InRange(
            StoredTensors.Difference(projection.forward(x), nn.functional.linear(x, projection.Weight, projection.Bias) + 0.5), 0, 1e-6);
        Assert.NotEqual(0, StoredTensors.Difference(model.Classify(ids, mask, types), before));

        model.train();
        Assert.True(adapter.training);
        model.eval();
        Assert.False(adapter.training);
        projection.Adapter = null;
        Assert.Equal(0, StoredTensors.Difference(model.Classify(ids, mask, types), before));
    }

    [Fact]
    public void A_model_can_change_its_type()
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        EncoderConfig config = SmallEncoder.Config(ModelFamilies.Roberta);
        using var model = SmallEncoder.Randomised(MaskedLanguageModel.Create(config, seed: 1));
        model.eval();
        (Tensor ids, Tensor mask, Tensor types) = SmallEncoder.Batch(config, 5, 3);
        Tensor before = model.Predict(ids, mask, types);
        model.to(ScalarType.Float64);
        Tensor after = model.Predict(ids, mask, types);
        Assert.Equal(ScalarType.Float64, after.dtype);
        Assert.InRange(StoredTensors.Difference(before, after, mask), 0, 1e-4);
    }

    [Theory, MemberData(nameof(Checkpoints))]
    public void Names_go_to_parameters_and_back(string row)
    {
        using Checkpoint checkpoint = Checkpoint.Open(Path.GetDirectoryName(Golden.Open(row))!);
        CheckpointNames names = EncoderConfig.Read(checkpoint.Path).Names;
        IReadOnlyDictionary<string, string> back = names.FileNames(checkpoint.Tensors.Select(t => t.Name));
        foreach (TensorView tensor in checkpoint.Tensors)
        {
            string? name = names.Canonical(tensor.Name);
            if (name is null)
                Assert.Matches("position_ids|seq_relationship", tensor.Name);
            else
                Assert.Equal(tensor.Name, back[name]);
        }

        using SequenceClassifier model = SequenceClassifier.Load(checkpoint, 2, seed: 1);
        string[] loaded = [.. model.named_parameters().Select(p => p.name).Except(model.NewParameters)];
        Assert.Subset(back.Keys.ToHashSet(), loaded.ToHashSet());
    }

    [Theory]
    [InlineData("bert", "encoder.layer.3.output.LayerNorm.gamma", "bert.encoder.layer.3.output.LayerNorm.weight")]
    [InlineData("bert", "bert.embeddings.LayerNorm.beta", "bert.embeddings.LayerNorm.bias")]
    [InlineData("bert", "pooler.dense.weight", "bert.pooler.dense.weight")]
    [InlineData("bert", "classifier.weight", "classifier.weight")]
    [InlineData("bert", "embeddings.position_ids", null)]
    [InlineData("bert", "cls.predictions.decoder.weight", null)]
    [InlineData("bert", "cls.predictions.transform.LayerNorm.gamma", "cls.predictions.transform.LayerNorm.weight")]
    [InlineData("xlm-roberta", "encoder.layer.0.attention.self.key.bias", "roberta.encoder.layer.0.attention.self.key.bias")]
    [InlineData("roberta", "pooler.dense.weight", null)]
    [InlineData("roberta", "lm_head.decoder.weight", null)]
    [InlineData("roberta", "lm_head.dense.weight", "lm_head.dense.weight")]
    [InlineData("distilbert", "transformer.layer.0.ffn.lin1.weight", "distilbert.transformer.layer.0.ffn.lin1.weight")]
    [InlineData("distilbert", "vocab_projector.weight", null)]
    [InlineData("distilbert", "vocab_projector.bias", "vocab_projector.bias")]
    public void Files_names_have_parameters(string family, string file, string? parameter) =>
        Assert.Equal(parameter, SmallEncoder.Config(family).Names.Canonical(file));

    private sealed class Shift : nn.Module<Tensor, Tensor>
    {
        private readonly Parameter _shift;

        public Shift(long size)
            : base(nameof(Shift))
        {
            _shift = new Parameter(full(size, 0.5));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => _shift.expand([.. input.shape[..^1], _shift.shape[0]]);
    }
}
