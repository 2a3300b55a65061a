using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tests.Tasks.CausalLm;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Models;

public sealed class DecoderLoaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(SmallDecoder.AllVariants), MemberType = typeof(SmallDecoder))]
    public void A_saved_model_loads_with_the_same_values(string variant)
    {
        using CausalLanguageModel model = SmallDecoder.Model(SmallDecoder.Config(variant));
        ModelWriter.SaveFolder(_folder.Path, model);
        using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);
        using CausalLanguageModel loaded = CausalLanguageModel.Load(checkpoint);
        AssertSame(model, loaded);
        Assert.Empty(loaded.NewParameters);
    }

    [Theory, MemberData(nameof(SmallDecoder.AllVariants), MemberType = typeof(SmallDecoder))]
    public void Parameters_are_those_that_were_planned(string variant)
    {
        DecoderConfig config = SmallDecoder.Config(variant);
        using var model = CausalLanguageModel.Create(config, seed: 1);
        var expected = config.Parameters(DecoderFamily.CausalHead(config)).Select(plan => $"{plan.Name} {string.Join(',', plan.Shape)}");
        var actual = model.named_parameters().Select(p => $"{p.name} {string.Join(',', p.parameter.shape)}");
        Assert.Equal(expected.Order(StringComparer.Ordinal), actual.Order(StringComparer.Ordinal));
        Assert.All(model.parameters(), parameter => Assert.True(parameter.requires_grad));
        Assert.Empty(model.named_buffers());
        string[] matrices = [.. model.named_parameters().Where(p => p.parameter.dim() == 2).Select(p => p.name)];
        Assert.Equal(
            matrices.Where(name => TensorName.Parse(name, 2).Role != TensorRole.Embedding).Order(),
            model.LinearLayers.Keys.Select(path => $"{path}.weight").Order());
        // Every tensor has a role, so that it can be selected.
        Assert.All(model.named_parameters(), p => Assert.NotEqual(TensorRole.Other, TensorName.Parse(p.name, (int)p.parameter.dim()).Role));
    }

    [Fact]
    public void Names_are_those_of_the_layout()
    {
        using var model = CausalLanguageModel.Create(
            SmallDecoder.Config() with { LayerCount = 1, AttentionBias = true, OutputBias = true }, seed: 1);
        Assert.Equal(
            [
                "lm_head.weight", "model.embed_tokens.weight", "model.layers.0.input_layernorm.weight",
                "model.layers.0.mlp.down_proj.weight",
                "model.layers.0.mlp.gate_proj.weight", "model.layers.0.mlp.up_proj.weight",
                "model.layers.0.post_attention_layernorm.weight",
                "model.layers.0.self_attn.k_proj.bias", "model.layers.0.self_attn.k_proj.weight", "model.layers.0.self_attn.o_proj.bias",
                "model.layers.0.self_attn.o_proj.weight", "model.layers.0.self_attn.q_proj.bias", "model.layers.0.self_attn.q_proj.weight",
                "model.layers.0.self_attn.v_proj.bias", "model.layers.0.self_attn.v_proj.weight", "model.norm.weight",
            ],
            model.named_parameters().Select(p => p.name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("model.embed_tokens.weight", 0)]
    [InlineData("model.layers.0.self_attn.q_proj.weight", 1)]
    [InlineData("model.layers.1.post_attention_layernorm.weight", 2)]
    [InlineData("model.norm.weight", 3)]
    [InlineData("lm_head.weight", 3)]
    public void Stages_are_the_places_where_parameters_take_part(string name, int stage)
    {
        using var model = CausalLanguageModel.Create(SmallDecoder.Config(), seed: 1);
        Assert.Equal(3, model.Stack.StageCount);
        Assert.NotNull(model.get_parameter(name));
        Assert.Equal(stage, model.StageOf(name));
    }

    [Fact]
    public void Old_buffers_tied_copies_and_names_without_prefix_are_understood()
    {
        DecoderConfig config = SmallDecoder.Config("tied");
        using CausalLanguageModel model = SmallDecoder.Model(config);
        Write(
            model, name => name["model.".Length..], CopyOf(model, "model.embed_tokens.weight"),
            Source("layers.0.self_attn.rotary_emb.inv_freq", 2));
        using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);
        using CausalLanguageModel loaded = CausalLanguageModel.Load(checkpoint, config);
        AssertSame(model, loaded);
    }

    /// <summary>Files of GPT-2 have what a token sees, and those of the model alone have no prefix.</summary>
    [Fact]
    public void Gpt_2s_buffers_and_names_without_prefix_are_understood()
    {
        DecoderConfig config = SmallDecoder.Config("gpt-2");
        using CausalLanguageModel model = SmallDecoder.Model(config);
        Write(
            model, name => name["transformer.".Length..], Source("h.0.attn.bias", 1, 1, 8, 8), Source("h.0.attn.masked_bias"),
            CopyOf(model, "transformer.wte.weight"));
        using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);
        using CausalLanguageModel loaded = CausalLanguageModel.Load(checkpoint, config);
        AssertSame(model, loaded);
    }

    /// <summary>Weights are as the file has them, and so is the product of an adapter's matrices.</summary>
    [Fact]
    public void A_transposed_layer_is_adapted_and_merged_as_any_other()
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        DecoderConfig config = SmallDecoder.Config("gpt-2");
        using CausalLanguageModel model = SmallDecoder.Model(config, ScalarType.Float64);
        model.eval();
        string[] weights = [.. model.LinearLayers.Keys.Select(path => $"{path}.weight")];
        Assert.Equal([24, 16], model.get_parameter("transformer.h.0.mlp.c_proj.weight")!.shape);
        (Tensor ids, Tensor mask) = SmallDecoder.Batch(config, left: false, 8, 5);
        Tensor before = model.Logits(ids, mask);
        using LoraAdapters adapters = LoraAdapters.Attach(model, weights, TuningMethod.Lora(rank: 2), seed: 1);
        foreach (LowRankAdapter adapter in adapters.ByModule.Values)
            adapter.B.normal_(0, 0.5);
        Tensor beside = model.Logits(ids, mask);
        Assert.True(StoredTensors.Difference(before, beside, mask) > 1e-3);
        adapters.Save(_folder.Path, "base", weights);
        Assert.Contains("\"fan_in_fan_out\": true", File.ReadAllText(_folder.File("adapter_config.json")));
        adapters.Merge();
        Assert.InRange(StoredTensors.Difference(beside, model.Logits(ids, mask), mask), 0, 1e-10);
    }

    [Fact]
    public void What_does_not_fit_is_listed()
    {
        DecoderConfig config = SmallDecoder.Config();
        using CausalLanguageModel model = SmallDecoder.Model(config);
        Write(model, name => name.StartsWith("lm_head", StringComparison.Ordinal) ? null : name,
            Source("model.layers.0.mlp.gate_proj.bias", 24));
        Assert.Contains("missing (1): lm_head.weight", Refused(config).Reason);
        Assert.Contains("unknown (1): model.layers.0.mlp.gate_proj.bias", Refused(config).Reason);
        Assert.Contains("(llama)", Refused(config).Reason);
        Write(model, name => name);
        Assert.Contains("k_proj.weight is [8, 16] instead of [16, 16]", Refused(config with { KeyValueHeadCount = 4 }).Reason);
        Assert.Contains("missing (8)", Refused(config with { AttentionBias = true, OutputBias = true }).Reason);
        ModelWriter.SaveFolder(_folder.Path, model);
        using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);
        Assert.Equal("model_type", Assert.Throws<CheckpointFormatException>(() => TextEncoder.Load(checkpoint)).Field);
    }

    [Fact]
    public void New_values_come_from_the_seed_alone()
    {
        using var scope = NewDisposeScope();
        DecoderConfig config = SmallDecoder.Config("padding") with { HiddenSize = 64, AttentionBias = true, OutputBias = true };
        using var model = CausalLanguageModel.Create(config, seed: 7);
        using var same = CausalLanguageModel.Create(config, seed: 7, ScalarType.BFloat16);
        using var other = CausalLanguageModel.Create(config, seed: 8);
        Assert.Equal(model.named_parameters().Select(p => p.name).Order(), model.NewParameters.Order());
        foreach ((string name, Tensor parameter) in model.named_parameters())
        {
            Assert.True(parameter.to(ScalarType.BFloat16).eq(same.get_parameter(name)!).all().ToBoolean(), name);
            double[] values = [.. parameter.detach().to(ScalarType.Float64).data<double>()];
            if (name.EndsWith("bias", StringComparison.Ordinal))
            {
                Assert.All(values, value => Assert.Equal(0, value));
            }
            else if (name.EndsWith("norm.weight", StringComparison.Ordinal))
            {
                Assert.All(values, value => Assert.Equal(1, value));
            }
            else
            {
                Assert.False(parameter.eq(other.get_parameter(name)!).all().ToBoolean(), name);
                Assert.InRange(Math.Sqrt(values.Average(value => value * value)), 0.014, 0.026);
            }
        }

        Assert.Equal(0, model.Decoder.WordEmbeddings[3].abs().sum().ToDouble());
        Assert.NotEqual(0, model.Decoder.WordEmbeddings[0].abs().sum().ToDouble());
    }

    [Theory]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    public void Types_are_stored_and_told(ScalarType type)
    {
        using CausalLanguageModel model = SmallDecoder.Model(SmallDecoder.Config("tied"));
        ModelWriter.SaveFolder(_folder.Path, model, dtype: type);
        using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);
        Assert.All(checkpoint.Tensors, tensor => Assert.Equal(StoredTypes.From(type), tensor.DataType));
        Assert.Contains($"\"{StoredTypes.ConfigName(type)}\"", File.ReadAllText(_folder.File("config.json")));
        Assert.True(checkpoint.Config!.TiesWordEmbeddings);
        Assert.Equal(2, checkpoint.Config.LayerCount);
    }

    [Fact]
    public void Adapters_go_beside_its_projections()
    {
        using var scope = NewDisposeScope();
        DecoderConfig config = SmallDecoder.Config();
        using CausalLanguageModel model = SmallDecoder.Model(config);
        const string Query = "model.layers.1.self_attn.q_proj";
        (Tensor ids, Tensor mask) = SmallDecoder.Batch(config, left: false, 8, 5);
        foreach (var parameter in model.parameters())
            parameter.requires_grad = false;
        using LoraAdapters adapters = LoraAdapters.Attach(model, [$"{Query}.weight"], TuningMethod.Lora(rank: 2), seed: 1);
        double before = NextTokens.Loss(model, ids, mask);
        NextTokens.Learn(model, ids, mask);
        Tensor[] trained = [.. model.LinearLayers[Query].Adapter!.parameters()];
        Assert.Equal(2, trained.Length);
        Assert.Contains(trained, parameter => parameter.grad!.abs().sum().ToDouble() > 0);
        Assert.Equal(before, NextTokens.Loss(model, ids, mask));
    }

    private CheckpointFormatException Refused(DecoderConfig config)
    {
        using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);
        return Assert.Throws<CheckpointFormatException>(() => CausalLanguageModel.Load(checkpoint, config));
    }

    private void Write(nn.Module model, Func<string, string?> rename, params TensorSource[] extra)
    {
        IEnumerable<TensorSource> sources = ModelWriter.Sources(model, ScalarType.Float32)
            .Where(source => rename(source.Name) is not null)
            .Select(source => source with { Name = rename(source.Name)! });
        SafetensorsWriter.Write(_folder.File("model.safetensors"), [.. sources, .. extra]);
    }

    /// <summary>The head, which is the table of word embeddings.</summary>
    private static TensorSource CopyOf(nn.Module model, string embeddings) =>
        ModelWriter.Sources(model, ScalarType.Float32, [embeddings]).Single() with { Name = "lm_head.weight" };

    private static TensorSource Source(string name, params long[] shape) =>
        TensorSource.FromBytes(name, TensorDataType.Float32, shape, new byte[shape.Aggregate(4L, (a, b) => a * b)]);

    private static void AssertSame(nn.Module expected, nn.Module actual)
    {
        Assert.Equal(expected.named_parameters().Select(p => p.name), actual.named_parameters().Select(p => p.name));
        foreach ((string name, Tensor parameter) in expected.named_parameters())
            Assert.Equal(0, StoredTensors.Difference(actual.get_parameter(name)!, parameter));
    }
}
