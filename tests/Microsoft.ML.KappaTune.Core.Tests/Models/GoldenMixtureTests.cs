using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Scanning;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Models;

/// <summary>Mixtures of experts with what transformers gives for them, from files of both spellings.</summary>
public sealed class GoldenMixtureTests : IDisposable
{
    private const string FusedFile = "model.fused.safetensors";

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Mixtures => [.. Rows(_ => true)];

    public static TheoryData<string> Fused => [.. Rows(row => File.Exists(FusedBeside(row)))];

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(Mixtures))]
    public void Routers_choose_as_recorded(string row)
    {
        using GoldenCase golden = GoldenCase.Open(row);
        using var scope = NewDisposeScope();
        using CausalLanguageModel model = CausalLanguageModel.Load(golden.Checkpoint);
        model.eval();
        using var routers = RouterLogits.Begin();
        model.Logits(golden["input_ids"]);
        Assert.InRange(StoredTensors.Difference(stack(routers.Layers), golden["no_mask.router_logits"]), 0, 1e-4);
        if (golden.Find("no_mask.aux_loss") is not { } expected)
            return;
        Tensor loss = routers.BalanceLoss(model.Decoder.Config.Experts!.ChosenCount);
        Assert.Equal(expected.item<float>(), loss.ToDouble(), 1e-4);
        loss.backward();
        Assert.All(
            model.named_parameters().Where(p => TensorName.Parse(p.name, 2).Role == TensorRole.Router && !p.name.Contains("shared")),
            router => Assert.True(router.parameter.grad!.abs().sum().ToDouble() > 0));
    }

    [Theory, MemberData(nameof(Fused))]
    public void Stacks_of_experts_load_as_single_ones(string row)
    {
        using GoldenCase golden = GoldenCase.Open(row);
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using Checkpoint fused = OpenFused(row);
        using CausalLanguageModel single = CausalLanguageModel.Load(golden.Checkpoint), model = CausalLanguageModel.Load(fused);
        foreach ((string name, Parameter parameter) in single.named_parameters())
            Assert.True(parameter.bytes.SequenceEqual(model.get_parameter(name)!.bytes), name);
        model.eval();
        Assert.InRange(StoredTensors.Difference(model.Logits(golden["input_ids"]), golden["no_mask.logits"]), 0, 1e-4);
        ModelWriter.SaveFolder(_folder.File("again"), model);
        using Checkpoint again = Checkpoint.Open(_folder.File("again"));
        Assert.Equal(golden.Checkpoint.Tensors.Select(t => t.Name).Order(), again.Tensors.Select(t => t.Name).Order());
    }

    /// <summary>Both ways to name what a scan sees lead to the same parameters, each once.</summary>
    [Theory, MemberData(nameof(Fused))]
    public void Every_matrix_of_a_scan_is_parameters_of_the_model(string row)
    {
        using GoldenCase golden = GoldenCase.Open(row);
        using Checkpoint fused = OpenFused(row);
        DecoderConfig config = DecoderConfig.Read(fused);
        Dictionary<string, long> sizes = config.Parameters(DecoderFamily.CausalHead(config))
            .ToDictionary(plan => plan.Name, plan => plan.Shape.Aggregate(1L, (product, size) => product * size));
        foreach (Checkpoint checkpoint in new[] { golden.Checkpoint, fused })
        {
            HashSet<string> found = [];
            foreach (ScannedMatrix matrix in checkpoint.Weights.SelectMany(MatrixList.From))
            {
                IReadOnlyList<string> its = config.Names.Parameters(matrix.Name, matrix.Slice.Expert);
                Assert.Equal(matrix.Parameters, its.Sum(name => sizes[name]));
                Assert.All(its, name => Assert.True(found.Add(name), name));
                bool isExpert = matrix.Name.Contains(".experts.", StringComparison.Ordinal);
                Assert.Equal(isExpert, matrix.Expert is not null);
                Assert.Equal(
                    isExpert, matrix.Role is TensorRole.ExpertGate or TensorRole.ExpertIn or TensorRole.ExpertOut);
                Assert.All(its, name => Assert.Equal(matrix.Expert, TensorName.Parse(name, 2).Expert));
            }

            Assert.Equal(sizes.Keys.Order(), found.Order());
        }
    }

    [Fact]
    public void Stacks_that_do_not_fit_are_refused()
    {
        DecoderConfig config = SmallDecoder.Config("mixture");
        using CausalLanguageModel model = SmallDecoder.Model(config);
        const string Layer = "model.layers.0.mlp.experts";
        Assert.Contains("there twice (3)", Refused(Source($"{Layer}.down_proj", 3, 16, 8)));
        Assert.Contains($"unknown (1): {Layer}.down_proj", Refused(Source($"{Layer}.down_proj", 3, 16, 8, 1)));
        Assert.Contains($"unknown (1): {Layer}.gate_up_proj", Refused(Source($"{Layer}.gate_up_proj", 3, 15, 16)));
        Assert.Contains($"unknown (1): {Layer}.gate_up_proj", Refused(Source($"{Layer}.gate_up_proj", 4000, 0, 16)));
        Assert.Contains("unknown (1)", Refused(Source($"{Layer}.down_proj", 4, 16, 8), without: ".0.block_sparse_moe.experts."));
        Assert.Contains("missing (6)", Refused(Source($"{Layer}.down_proj", 3, 16, 8), without: ".0.block_sparse_moe.experts."));

        string Refused(TensorSource stack, string without = "none")
        {
            ModelWriter.SaveFolder(_folder.Path, model);
            SafetensorsWriter.Write(_folder.File("model.safetensors"), [
                .. ModelWriter.Sources(model, ScalarType.Float32).Where(source => !source.Name.Contains(without)), stack]);
            using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);
            return Assert.Throws<CheckpointFormatException>(() => CausalLanguageModel.Load(checkpoint)).Reason;
        }
    }

    private Checkpoint OpenFused(string row)
    {
        string file = Golden.Open(row);
        File.Copy(Path.Combine(Path.GetDirectoryName(file)!, "config.json"), _folder.File("config.json"));
        File.Copy(FusedBeside(row), _folder.File("model.safetensors"));
        return Checkpoint.Open(_folder.Path);
    }

    private static string FusedBeside(string row) => Path.Combine(Path.GetDirectoryName(Path.Combine(Golden.Root!, row))!, FusedFile);

    private static IEnumerable<string> Rows(Func<string, bool> isWanted) =>
        from row in Golden.Files("decoders", "cases.safetensors").Select(row => row.Data)
        where row.Length == 0
            || (ModelFamilies.Find(ConfigOf(row)?.ModelType) is MixtureLayout && isWanted(row))
        select row;

    private static ModelConfig? ConfigOf(string row)
    {
        using Checkpoint checkpoint = Checkpoint.Open(Path.GetDirectoryName(Path.Combine(Golden.Root!, row))!);
        return checkpoint.Config;
    }

    private static TensorSource Source(string name, params long[] shape) =>
        TensorSource.FromBytes(name, TensorDataType.Float32, shape, new byte[shape.Aggregate(4L, (a, b) => a * b)]);
}
