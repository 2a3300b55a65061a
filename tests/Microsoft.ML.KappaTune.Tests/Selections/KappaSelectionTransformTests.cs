using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.KappaTune.Tests.CheckpointData;
using Microsoft.ML.KappaTune.Tests.Rows;

namespace Microsoft.ML.KappaTune.Tests.Selections;

/// <summary>Selection among the rows of a checkpoint: the same as a plan's, kept by name and expert, and part of any pipeline.</summary>
public sealed class KappaSelectionTransformTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _context = new();
    private readonly IDataView _data;
    private readonly string _path;

    public KappaSelectionTransformTests()
    {
        _path = SmallModel.Write(_folder);
        _data = _context.Data.LoadFromCheckpoint(_path);
    }

    public void Dispose() => _folder.Dispose();

    private sealed class Chosen
    {
        public string Name { get; set; } = "";
        public int Expert { get; set; }
        public int Rank { get; set; }
        public bool Selected { get; set; }
    }

    public static TheoryData<KappaSelection> Selections => new(
        KappaSelection.Lowest(2),
        KappaSelection.LowestFraction(0.5) with { Heads = true, Norms = true },
        KappaSelection.Lowest(3) with { Score = SelectionScore.RelativeKappa, Grouping = SelectionGrouping.PerRole },
        KappaSelection.Lowest(3) with { Score = SelectionScore.LayersAbove },
        KappaSelection.Lowest(1) with { Biases = true, Include = ["*self_attn*"] },
        KappaSelection.Highest(2) with { Exclude = ["*experts*[1]"] },
        KappaSelection.Random(2, 7),
        KappaSelection.ParameterBudget(200),
        KappaSelection.Lowest(1) with { SingleDimensions = true, Routers = true });

    [Theory]
    [MemberData(nameof(Selections))]
    public void Decides_as_a_plan_does(KappaSelection selection)
    {
        TuningPlan plan = TuningPlan.Create(Scan(selection), selection);
        Chosen[] rows = Choose(selection);
        Assert.Equal(plan.Matrices.Count, rows.Length);
        Assert.Contains(rows, row => row.Selected);
        foreach (PlannedMatrix planned in plan.Matrices)
        {
            Chosen row = rows.Single(row => row.Name == planned.Matrix.Name && row.Expert == (planned.Matrix.Expert ?? -1));
            Assert.Equal((planned.Matrix.Id, planned.Rank ?? 0, planned.Selected), (planned.Matrix.Id, row.Rank, row.Selected));
        }
    }

    [Fact]
    public void Rows_it_never_saw_are_not_selected()
    {
        IDataView part = _context.Data.TakeRows(_data, 8);
        ITransformer model =
            _context.Transforms.KappaConditionNumber().Append(_context.Transforms.KappaSelection(KappaSelection.Lowest(9))).Fit(part);
        Chosen[] rows = [.. _context.Data.CreateEnumerable<Chosen>(model.Transform(_data), reuseRowObject: false)];
        Assert.Contains(rows.Take(8), row => row.Selected);
        Assert.All(rows.Skip(8), row => Assert.Equal((0, false), (row.Rank, row.Selected)));
    }

    [Fact]
    public void Applying_a_decision_needs_no_scores()
    {
        TransformerChain<KappaSelectionTransformer> model =
            _context.Transforms.KappaConditionNumber().Append(_context.Transforms.KappaSelection(KappaSelection.Lowest(2))).Fit(_data);
        var probe = new ProbeView(_data);
        Assert.Equal(2, model.Transform(probe).GetColumn<bool>("Selected").Count(selected => selected));
        Assert.Equal(["Expert", "Name"], probe.Asked.Order());

        // The decision alone also runs on data without scores.
        Assert.Equal(2, model.LastTransformer!.Transform(_data).GetColumn<bool>("Selected").Count(selected => selected));
    }

    [Fact]
    public void Fitting_computes_every_score_once()
    {
        var probe = new ProbeView(_data);
        _context.Transforms.KappaConditionNumber().Append(_context.Transforms.KappaSelection(KappaSelection.Lowest(2))).Fit(probe);
        // Vectors and single rows have no condition number, and aren't read.
        Assert.Equal(SmallModel.Tensors.Count(t => t.Shape.Length > 1 && t.Shape[0] > 1) + 2, probe.Reads["Weight"]);
    }

    [Fact]
    public void Chains_with_other_operations()
    {
        var pipeline = _context.Transforms.KappaConditionNumber()
            .Append(_context.Transforms.DropColumns("Weight"))
            .AppendCacheCheckpoint(_context)
            .Append(_context.Transforms.KappaSelection(KappaSelection.LowestFraction(0.5)))
            .Append(_context.Transforms.CustomMapping<Chosen, Labelled>((from, to) => to.Label = from.Selected ? "train" : "keep", null));
        IDataView result = pipeline.Fit(_data).Transform(_data);
        IDataView low = _context.Data.FilterRowsByColumn(result, "Kappa", upperBound: 1e6);
        Assert.All(low.GetColumn<double>("Kappa"), kappa => Assert.InRange(kappa, 1, 1e6));
        Assert.Equal(result.GetColumn<bool>("Selected"), result.GetColumn<string>("Label").Select(label => label == "train"));
        Assert.Equal(SmallModel.Tensors.Length + 2, pipeline.Preview(_data).RowView.Length);

        IDataView experts = _context.Data.FilterByCustomPredicate<Chosen>(result, row => row.Expert < 0);
        Assert.Equal([0, 1, 2], experts.GetColumn<int>("Expert"));
    }

    [Fact]
    public void Saves_as_text_without_the_weights()
    {
        IDataView result = _context.Transforms.KappaConditionNumber().Append(_context.Transforms.KappaSelection(KappaSelection.Lowest(2)))
            .Append(_context.Transforms.DropColumns("Weight")).Fit(_data).Transform(_data);
        using var stream = new MemoryStream();
        _context.Data.SaveAsText(result, stream, schema: false);
        string[][] lines = [.. System.Text.Encoding.UTF8.GetString(stream.ToArray())
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t'))];
        Assert.Equal(result.Schema.Select(column => column.Name), lines[0]);
        int name = Array.IndexOf(lines[0], "Name"), kappa = Array.IndexOf(lines[0], "Kappa");
        string[] query = lines.Single(line => line[name] == SmallModel.Query);
        double expected = Scan(KappaSelection.Lowest(2)).Single(matrix => matrix.Name == SmallModel.Query).Kappa!.Value;
        Assert.Equal(expected, double.Parse(query[kappa], CultureInfo.InvariantCulture), 1e-6 * expected);
    }

    [Fact]
    public void What_a_selection_can_not_do_is_an_error()
    {
        Assert.Throws<ArgumentException>(() => _context.Transforms.KappaSelection(KappaSelection.Lowest(1) with { Include = [""] }));
        Assert.Throws<ArgumentNullException>(() => _context.Transforms.KappaSelection(null!));
        // The rows are whole matrices.
        Assert.Contains("Fused is ByParts; allowed is Whole", Assert.Throws<ArgumentException>(
            () => _context.Transforms.KappaSelection(KappaSelection.Lowest(1) with { Fused = FusedMatrices.ByParts })).Message);
        Assert.Contains("Include", Assert.Throws<ArgumentException>(
            () => Choose(KappaSelection.Lowest(1) with { Include = ["*nothing*"] })).Message);
        Assert.Contains("lowest", Assert.Throws<ArgumentException>(() => Choose(KappaSelection.Threshold(0.5))).Message);
    }

    [Fact]
    public void Missing_scores_are_an_error_before_anything_is_computed()
    {
        const string Message = "Could not find input column 'Kappa'. The input has Name, Role, Layer, Expert, Dimensions, Rows, Columns, "
            + "Parameters, DataType, Weight. mlContext.Transforms.KappaConditionNumber() gives it. (Parameter 'inputSchema')";
        var probe = new ProbeView(_data);
        var alone = _context.Transforms.KappaSelection(KappaSelection.Lowest(1));
        Assert.Equal(Message, Assert.Throws<ArgumentOutOfRangeException>(() => alone.Fit(probe)).Message);
        var wrongOrder = alone.Append(_context.Transforms.KappaConditionNumber());
        Assert.Equal(Message, Assert.Throws<ArgumentOutOfRangeException>(() => wrongOrder.Fit(probe)).Message);
        Assert.Empty(probe.Asked);
    }

    [Fact]
    public void Rows_that_are_no_checkpoint_s_are_told_what_gives_a_checkpoint_s()
    {
        IDataView other = _context.Data.LoadFromEnumerable([new Labelled()]);
        var estimator = _context.Transforms.KappaSelection(KappaSelection.Lowest(1));
        Assert.StartsWith(
            "Could not find input column 'Name'. The input has Label. mlContext.Data.LoadFromCheckpoint gives it.",
            Assert.Throws<ArgumentOutOfRangeException>(() => estimator.Fit(other)).Message);
    }

    private sealed class Labelled
    {
        public string Label { get; set; } = "";
    }

    private sealed class Scored
    {
        public string Name { get; set; } = "a.weight";
        public string Role { get; set; } = "Other";
        public int Expert { get; set; } = -1;
        public int Dimensions { get; set; } = 2;
        public long Rows { get; set; } = 4;
        public long Columns { get; set; } = 4;
        public string DataType { get; set; } = "F32";
        public double Kappa { get; set; } = 5;
    }

    [Fact]
    public void Rows_that_no_matrix_has_are_errors_that_name_them()
    {
        Check(new Scored { Role = "Wizard" }, "Row 0, \"a.weight\": Role can't be Wizard.");
        Check(new Scored { Role = "99" }, "Row 0, \"a.weight\": Role can't be 99.");
        Check(new Scored { DataType = "F33" }, "Row 0, \"a.weight\": DataType can't be F33.");
        Check(new Scored { Rows = -4 }, "Row 0, \"a.weight\": Rows can't be -4.");
        Check(new Scored { Kappa = 0.5 }, "Row 0, \"a.weight\": Kappa can't be 0.5.");

        void Check(Scored row, string message) => Assert.Equal(message, Assert.Throws<InvalidOperationException>(() => Fit(row)).Message);
    }

    [Fact]
    public void The_same_matrix_twice_is_an_error() =>
        Assert.Contains("a.weight twice", Assert.Throws<ArgumentException>(() => Fit(new Scored(), new Scored())).Message);

    private void Fit(params Scored[] rows) =>
        _context.Transforms.KappaSelection(KappaSelection.Lowest(1)).Fit(_context.Data.LoadFromEnumerable(rows));

    private Chosen[] Choose(KappaSelection selection)
    {
        ITransformer model = _context.Transforms.KappaConditionNumber().Append(_context.Transforms.KappaSelection(selection)).Fit(_data);
        return [.. _context.Data.CreateEnumerable<Chosen>(model.Transform(_data), reuseRowObject: false)];
    }

    /// <summary>The matrices of the checkpoint with κ, without ML.NET.</summary>
    private IReadOnlyList<ScannedMatrix> Scan(KappaSelection selection) =>
        CheckpointScanner.Scan(_path, new() { CacheDirectory = null, Selection = selection }).Matrices;
}
