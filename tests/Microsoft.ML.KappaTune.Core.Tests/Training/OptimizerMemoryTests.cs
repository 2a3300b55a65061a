using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Tasks.Classification;

namespace Microsoft.ML.KappaTune.Tests.Training;

/// <summary>The optimizer's moments, as a run keeps them, are within the memory that they may take, and one candidate more wouldn't be.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class OptimizerMemoryTests : IDisposable
{
    private readonly TinyTask _tiny = new() { Train = TinyTask.Rows(20, seed: 1) };

    public void Dispose() => _tiny.Dispose();

    private TuningOptions Options => _tiny.Options with { MaxEpochs = 1, CheckpointDirectory = _tiny.States };

    public static TheoryData<KappaSelection, TuningMethod> Ways => new()
    {
        { KappaSelection.LowestFraction(0.01), TuningMethod.Direct },
        { KappaSelection.Lowest(1) with { Biases = true }, TuningMethod.Direct },
        { KappaSelection.ParameterBudget(1) with { Biases = true, Norms = true }, TuningMethod.Direct },
        {
            KappaSelection.Lowest(1) with { Grouping = SelectionGrouping.PerRole, Score = SelectionScore.RelativeKappa },
            TuningMethod.Direct
        },
        { KappaSelection.Highest(1), TuningMethod.Direct },
        { KappaSelection.Random(1, seed: 5), TuningMethod.Direct },
        { KappaSelection.Lowest(1) with { Embeddings = true, Exclude = ["*.layer.1.*"] }, TuningMethod.Direct },
        { KappaSelection.LowestFraction(0.01), TuningMethod.Lora(3) },
        { KappaSelection.Lowest(1) with { Biases = true, Norms = true }, TuningMethod.Lora(2) },
        { KappaSelection.Random(1, seed: 5) with { Grouping = SelectionGrouping.PerShape }, TuningMethod.Lora(20) },
    };

    [Theory, MemberData(nameof(Ways), DisableDiscoveryEnumeration = true)]
    public void As_many_candidates_are_selected_as_fit(KappaSelection selection, TuningMethod method)
    {
        TuningOptions options = Options with { Selection = selection, Method = method };
        long least = LeastFor(options);
        TuningReport all = Tune(options with { MaximumOptimizerMemory = long.MaxValue }).Report;
        long most = 8 * all.TrainableParameters;
        int candidates = all.Plan.CandidateCount;
        Assert.Equal(candidates, Ranked(all.Plan));
        int before = 0;
        foreach (long memory in (long[])[least, (least + most) / 2, most - 1, most])
        {
            (TuningReport report, long bytes) = Tune(options with { MaximumOptimizerMemory = memory });
            Assert.InRange(bytes, 1, memory);
            Assert.Equal(8 * report.TrainableParameters, bytes);
            int selected = Ranked(report.Plan);
            Assert.InRange(selected, Math.Max(before, 1), candidates);
            before = selected;
            if (memory == least)
                Assert.Equal((1, least), (selected, bytes));
            if (memory == most)
                Assert.Equal(candidates, selected);
            else
                Assert.True(bytes + CostOfNext(report.Plan, selection, method) > memory, $"one more would fit into {memory}");

            // The plan says what was selected as a selection of that many, which selects the same.
            Assert.Equal(selected, report.Plan.Selection.Amount);
            TuningReport same = Tune(options with { Selection = report.Plan.Selection }).Report;
            Assert.Equal(report.Plan.Selected.Select(m => m.Id), same.Plan.Selected.Select(m => m.Id));
        }
    }

    [Fact]
    public void The_plan_names_the_policy_that_ranks()
    {
        Assert.Equal(KappaSelection.Lowest(1), PlanOf(KappaSelection.LowestFraction(0.7)));
        Assert.Equal(KappaSelection.Lowest(1) with { Biases = true }, PlanOf(KappaSelection.ParameterBudget(9) with { Biases = true }));
        Assert.Equal(KappaSelection.Highest(1), PlanOf(KappaSelection.Highest(7)));
        Assert.Equal(KappaSelection.Random(1, 5), PlanOf(KappaSelection.Random(7, 5)));

        KappaSelection PlanOf(KappaSelection selection)
        {
            TuningOptions options = Options with { Selection = selection };
            return Tune(options with { MaximumOptimizerMemory = LeastFor(options) }).Report.Plan.Selection;
        }
    }

    [Theory]
    [InlineData("direct")]
    [InlineData("lora")]
    public void Too_little_is_an_error_that_says_what_would_do(string method)
    {
        TuningOptions options = Options with { Method = method == "lora" ? TuningMethod.Lora(2) : TuningMethod.Direct };
        long least = LeastFor(options);
        var e = Assert.Throws<ArgumentException>(() => _tiny.Tune(options with { MaximumOptimizerMemory = least - 1 }));
        Assert.Equal(nameof(TuningOptions.MaximumOptimizerMemory), e.ParamName);
        Assert.StartsWith($"MaximumOptimizerMemory is {least - 1}; allowed is {least} or more, what the new head and bert.", e.Message);
        Assert.Equal(1, Ranked(Tune(options with { MaximumOptimizerMemory = least }).Report.Plan));
    }

    [Fact]
    public void The_log_says_what_the_optimizer_takes()
    {
        var lines = new List<string>();
        TextClassificationRequest task = _tiny.Task(Options with { MaximumOptimizerMemory = 30_000 }) with { Log = lines.Add };
        TunedClassifier tuned = TextClassificationTuner.Tune(task);
        TinyTask.WeightsOf(tuned);
        Assert.Contains($"The optimizer takes {8 * tuned.Report.TrainableParameters} bytes for them, of 30000 at most.", lines);
    }

    /// <summary>The least memory that would do, as the error of too little says it.</summary>
    private long LeastFor(TuningOptions options)
    {
        var e = Assert.Throws<ArgumentException>(() => _tiny.Tune(options with { MaximumOptimizerMemory = 1 }));
        return long.Parse(e.Message.Split("allowed is ")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static int Ranked(TuningPlan plan) => plan.Matrices.Count(m => m.Selected && m.Rule == SelectionRule.Rank);

    private static long CostOfNext(TuningPlan plan, KappaSelection selection, TuningMethod method)
    {
        ScannedMatrix next = plan.Matrices.Single(m => m.Rank == Ranked(plan) + 1).Matrix;
        long bias = selection.Biases
            ? plan.Matrices.Single(m => m.Matrix.Name == next.Name.Replace(".weight", ".bias", StringComparison.Ordinal)).Matrix.Parameters
            : 0;
        return 8 * (bias + (method.IsLora ? method.Rank * (next.Rows + next.Columns) : next.Rows * next.Columns));
    }

    /// <summary>The report of a run, and the bytes of the moments in its training state.</summary>
    private (TuningReport Report, long Bytes) Tune(TuningOptions options)
    {
        TunedClassifier tuned = _tiny.Tune(options);
        TinyTask.WeightsOf(tuned);
        string file = Directory.GetFiles(_tiny.States, "tensors.safetensors", SearchOption.AllDirectories).Single();
        using SafetensorsFile tensors = SafetensorsFile.Open(file);
        return (tuned.Report, tensors.Tensors.Where(t => t.Name.Contains("_moment/", StringComparison.Ordinal))
            .Sum(t => t.Shape.Aggregate((long)sizeof(float), (bytes, size) => bytes * size)));
    }
}
