using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tests.Models;
using Microsoft.ML.KappaTune.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Training;

/// <summary>A file that stacks the weights of experts, and a model in which each is a parameter of its own.</summary>
public sealed class StackedExpertSelectionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_selected_of_a_stack_are_the_experts_parameters()
    {
        WriteStacked();
        using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);
        using CausalLanguageModel model = CausalLanguageModel.Load(checkpoint);
        ScanReport scan = CheckpointScanner.Scan(
            _folder.Path, new ScanOptions { CacheDirectory = null }, TestContext.Current.CancellationToken);

        // Of both layers three experts, whose gates and other projections are one matrix.
        TuningPlan all = TuningSelection.Plan(scan, model, Experts(12));
        string[] experts = [.. model.named_parameters().Select(p => p.name).Where(name => name.Contains(".experts."))];
        Assert.Equal(18, experts.Length);
        Assert.Equal(experts.Order(), TuningSelection.SlicesOf(all, model).Select(slice => slice.ToString()).Order());

        TuningPlan one = TuningSelection.Plan(scan, model, Experts(1));
        ScannedMatrix best = Assert.Single(one.Selected);
        string path = $"{best.Name.Split(".mlp.")[0]}.block_sparse_moe.experts.{best.Expert}.";
        string[] its = best.Role == TensorRole.ExpertOut ? ["w2"] : ["w1", "w3"];
        Assert.Equal(its.Select(name => new TensorSlice($"{path}{name}.weight")), TuningSelection.SlicesOf(one, model));
    }

    [Fact]
    public void A_part_of_a_stack_is_one_of_an_experts_parameters()
    {
        WriteStacked();
        using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);
        using CausalLanguageModel model = CausalLanguageModel.Load(checkpoint);
        KappaSelection all = Experts(18) with { Fused = FusedMatrices.ByParts };
        ScanReport scan = CheckpointScanner.Scan(
            _folder.Path, new ScanOptions { CacheDirectory = null, Selection = all }, TestContext.Current.CancellationToken);
        string[] experts = [.. model.named_parameters().Select(p => p.name).Where(name => name.Contains(".experts."))];
        TuningPlan plan = TuningSelection.Plan(scan, model, all);
        Assert.Equal(experts.Order(), TuningSelection.SlicesOf(plan, model).Select(slice => slice.ToString()).Order());

        foreach ((string part, string parameter) in new[] { ("gate", "w1"), ("up", "w3") })
        {
            TuningPlan one = TuningSelection.Plan(scan, model, all with { Include = [$"model.layers.1.*.gate_up_proj[2][{part}]"] });
            Assert.Equal(
                [new TensorSlice($"model.layers.1.block_sparse_moe.experts.2.{parameter}.weight")], TuningSelection.SlicesOf(one, model));
        }
    }

    [Fact]
    public void A_stack_with_more_experts_than_the_model_is_refused()
    {
        WriteStacked();
        using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);
        using CausalLanguageModel model = CausalLanguageModel.Load(checkpoint);
        ScanReport scan = CheckpointScanner.Scan(
            _folder.Path, new ScanOptions { CacheDirectory = null }, TestContext.Current.CancellationToken);
        TuningPlan all = TuningSelection.Plan(scan, model, Experts(12));
        DecoderConfig fewer = SmallDecoder.Config("mixture") with
        {
            Experts = new() { Count = 2, ChosenCount = 2, IntermediateSize = 8, Renormalises = true },
        };
        using CausalLanguageModel other = SmallDecoder.Model(fewer);
        Assert.Contains("[2]", Assert.Throws<ArgumentException>(() => TuningSelection.SlicesOf(all, other)).Message);
    }

    private static KappaSelection Experts(int count) => KappaSelection.Lowest(count) with { Include = ["*.experts.*"] };

    private void WriteStacked()
    {
        using CausalLanguageModel model = SmallDecoder.Model(SmallDecoder.Config("mixture"));
        ModelWriter.SaveFolder(_folder.Path, model);
        List<TensorSource> sources =
            [.. ModelWriter.Sources(model, ScalarType.Float32).Where(source => !source.Name.Contains("block_sparse_moe"))];
        foreach (string layer in new[] { "model.layers.0.", "model.layers.1." })
        {
            string mixture = $"{layer}block_sparse_moe.";
            sources.Add(Of($"{layer}mlp.gate.weight", [3, 16], $"{mixture}gate"));
            sources.Add(Of($"{layer}mlp.experts.gate_up_proj", [3, 16, 16], [.. Enumerable.Range(0, 3)
                .SelectMany(i => new[] { $"{mixture}experts.{i}.w1", $"{mixture}experts.{i}.w3" })]));
            sources.Add(Of($"{layer}mlp.experts.down_proj", [3, 16, 8], [.. Enumerable.Range(0, 3)
                .Select(i => $"{mixture}experts.{i}.w2")]));
        }

        SafetensorsWriter.Write(_folder.File("model.safetensors"), sources);

        TensorSource Of(string name, long[] shape, params string[] parts) => new(name, TensorDataType.Float32, shape, stream =>
        {
            foreach (string part in parts)
                stream.Write(model.get_parameter($"{part}.weight")!.bytes);
        });
    }
}
