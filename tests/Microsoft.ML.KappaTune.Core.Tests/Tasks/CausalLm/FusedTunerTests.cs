using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tests.Training;

namespace Microsoft.ML.KappaTune.Tests.Tasks.CausalLm;

/// <summary>Whole runs in which parts of fused matrices train.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class FusedTunerTests
{
    [Theory]
    [InlineData("gpt-2", TuningPrecision.Float32)]
    [InlineData("gpt-2", TuningPrecision.BFloat16)]
    [InlineData("phi-3", TuningPrecision.Float32)]
    [InlineData("phi-3", TuningPrecision.BFloat16)]
    public void What_is_beside_the_selected_parts_stays_bit_for_bit_and_the_parts_learn(string variant, TuningPrecision precision)
    {
        DecoderConfig config = Config(variant);
        using var tiny = new TinyLanguageTask(config);
        TuningOptions options = tiny.Options with { Selection = Parts(variant) with { Biases = true }, Precision = precision };
        (TuningReport report, SortedDictionary<string, float[]> weights) = tiny.Tune(options);
        ScannedMatrix[] selected = [.. report.Plan.Selected];
        Assert.Equal(4, selected.Count(matrix => matrix is { Part: not null, Shape.Count: 2 }));
        Assert.Equal(variant == "gpt-2" ? 4 : 0, selected.Count(matrix => matrix.Role == TensorRole.Bias));
        Assert.Equal(selected.Sum(matrix => matrix.Parameters), report.TrainableParameters);
        Assert.True(report.Epochs[^1].TrainingLoss < report.Epochs[0].TrainingLoss);

        SortedDictionary<string, float[]> before = tiny.Untuned();
        foreach ((string name, float[] values) in weights)
        {
            ScannedMatrix[] parts = [.. selected.Where(matrix => matrix.Name == name)];
            bool[] mayChange = [.. Enumerable.Range(0, values.Length).Select(i => parts.Any(part => Holds(part, i)))];
            int[] changed = [.. Enumerable.Range(0, values.Length)
                .Where(i => BitConverter.SingleToInt32Bits(values[i]) != BitConverter.SingleToInt32Bits(before[name][i]))];
            Assert.All(changed, i => Assert.True(mayChange[i], $"{name} changed at {i}"));
            // The gradient of keys' biases is nothing but rounding.
            Assert.All(parts.Where(part => part.Shape.Count == 2), part => Assert.Contains(changed, i => Holds(part, i)));
        }
    }

    [Fact]
    public void Interrupted_and_resumed_is_bit_for_bit_uninterrupted()
    {
        using var tiny = new TinyLanguageTask(Config("gpt-2"));
        TuningOptions options = tiny.Options with { Selection = Parts("gpt-2") with { Biases = true } };
        (TuningReport whole, SortedDictionary<string, float[]> weights) = tiny.Tune(options);
        TuningOptions kept = options with { CheckpointDirectory = tiny.States, CheckpointEvery = 1 };
        Assert.Throws<InvalidTimeZoneException>(() => tiny.Tune(kept with
        {
            Progress = told =>
            {
                if (told.Phase == TuningPhase.Training && told.Step > 7)
                    throw new InvalidTimeZoneException();
            },
        }));
        (TuningReport resumed, SortedDictionary<string, float[]> others) = tiny.Tune(kept with { Resume = true });
        Assert.Equal(whole.Losses, resumed.Losses);
        TinyTask.AssertSame(weights, others);
        var e = Assert.Throws<TrainingStateMismatchException>(
            () => tiny.Tune(kept with { Resume = true, Selection = options.Selection with { Fused = FusedMatrices.Whole } }));
        Assert.Equal(nameof(TuningOptions.Selection), e.What);
    }

    [Fact]
    public void Adapters_of_parts_are_refused_by_the_options_and_by_a_plan()
    {
        using var tiny = new TinyLanguageTask(Config("phi-3"));
        TuningOptions lora = tiny.Options with { Selection = Parts("phi-3"), Method = TuningMethod.Lora(2) };
        var e = Assert.Throws<ArgumentException>(() => tiny.Tune(lora));
        Assert.Contains("Selection.Fused is ByParts; allowed is Whole with LoRA", e.Message);
        (TuningReport direct, _) = tiny.Tune(tiny.Options with { Selection = Parts("phi-3"), MaxEpochs = 1 });
        e = Assert.Throws<ArgumentException>(() => tiny.Tune(
            tiny.Task(lora with { Selection = Parts("phi-3") with { Fused = FusedMatrices.Whole } }) with { Plan = direct.Plan }));
        Assert.Contains("allowed is Whole with LoRA", e.Message);
    }

    [Fact]
    public void A_plan_whose_parts_overlap_or_are_of_another_model_is_refused()
    {
        using var tiny = new TinyLanguageTask(Config("gpt-2"));
        (TuningReport report, _) = tiny.Tune(tiny.Options with { Selection = Parts("gpt-2"), MaxEpochs = 1 });
        PlannedMatrix[] matrices = [.. report.Plan.Matrices];
        int query = Array.FindIndex(matrices, m => m.Matrix is { Part: TensorPart.Query, Shape.Count: 2 });
        int key = Array.FindIndex(matrices, m => m.Matrix.Name == matrices[query].Matrix.Name && m.Matrix.Part == TensorPart.Key);
        matrices[query] = matrices[query] with { Selected = true, Rank = 1 };
        matrices[key] = matrices[key] with { Selected = true, Rank = 2, Matrix = matrices[key].Matrix with { PartStart = 15 } };
        Assert.Contains("has values of", Refused());
        matrices[key] = matrices[key] with { Matrix = matrices[key].Matrix with { PartStart = 16, Shape = [16, 96] } };
        Assert.Contains("which the model doesn't have", Refused());
        matrices[key] = matrices[key] with
        {
            Matrix = matrices[key].Matrix with { Part = null, PartStart = null, Shape = [16, 48], Columns = 48 },
        };
        Assert.Contains("has values of", Refused());

        string Refused() => Assert.Throws<ArgumentException>(() => tiny.Tune(
            tiny.Task() with { Plan = new TuningPlan(null, Parts("gpt-2"), matrices) })).Message;
    }

    private static KappaSelection Parts(string variant) => KappaSelection.Lowest(4) with
    {
        Fused = FusedMatrices.ByParts,
        Include = variant == "gpt-2" ? ["*c_attn*"] : ["*qkv_proj*", "*gate_up_proj*"],
    };

    private static bool Holds(ScannedMatrix part, int index)
    {
        long columns = part.Shape.Count == 1 ? 1 : part.Shape[1], row = index / columns, column = index % columns;
        long start = part.PartStart!.Value;
        return part.Columns == columns
            ? row >= start && row < start + part.Rows
            : column >= start && column < start + part.Columns;
    }

    private static DecoderConfig Config(string variant) => TinyDecoder.Config with
    {
        Family = variant == "gpt-2" ? ModelFamilies.Gpt2 : ModelFamilies.Phi3,
        KeyValueHeadCount = variant == "gpt-2" ? 4 : 2,
        Activation = variant == "gpt-2" ? "gelu_new" : TinyDecoder.Config.Activation,
        AttentionBias = variant == "gpt-2",
        OutputBias = variant == "gpt-2",
        MlpBias = variant == "gpt-2",
        TiesWordEmbeddings = variant == "gpt-2",
        DividesScoresByLayer = variant == "gpt-2",
    };
}
