using Microsoft.ML.Data;
using Microsoft.ML.KappaTune.Spectra;
using Microsoft.ML.KappaTune.Tests.Rows;
using Microsoft.ML.KappaTune.Tests.Spectra;
using TorchSharp;

namespace Microsoft.ML.KappaTune.Tests.ConditionNumbers;

/// <summary>Condition numbers and spectral reports as transforms: values, errors, and what is computed when.</summary>
public sealed class ConditionNumberTransformTests
{
    private readonly MLContext _context = new();

    private sealed class Scored
    {
        public double Kappa { get; set; }
        public double RelativeKappa { get; set; }
        public double SigmaMax { get; set; }
        public double SigmaMin { get; set; }
    }

    [Theory]
    [InlineData(12, 12, 7.0)]
    [InlineData(80, 20, 300.0)]
    [InlineData(20, 80, 300.0)]
    [InlineData(64, 64, 5000.0)]
    public void Adds_the_condition_number(int rows, int columns, double kappa)
    {
        Row row = Row.Of(Matrices.WithKappa(rows, columns, kappa, seed: 3));
        Scored scored = Score(row).Single();
        Assert.Equal(kappa, scored.Kappa, 2e-3 * kappa);
        Assert.Equal(scored.Kappa / GaussianConditionNumber.Expected(rows, columns), scored.RelativeKappa, 1e-9 * kappa);
        Assert.Equal(1, scored.SigmaMax, 1e-3);
        Assert.Equal(scored.SigmaMax / scored.SigmaMin, scored.Kappa, 1e-9 * kappa);
    }

    [Fact]
    public void Nothing_to_tell_is_NaN_and_a_singular_matrix_infinite()
    {
        Scored[] scored = Score(
            new Row { Rows = 4, Columns = 1, Weight = [1, 2, 3, 4] },
            new Row { Rows = 1, Columns = 4, Weight = [1, 2, 3, 4] },
            new Row { Rows = 0, Columns = 4, Weight = [] },
            new Row { Rows = 2, Columns = 2, Weight = [0, 0, 0, 0] },
            new Row { Rows = 2, Columns = 2, Weight = [2, 0, 0, 1] });
        Assert.Equal([double.NaN, double.NaN, double.NaN, double.PositiveInfinity, 2], scored.Select(row => row.Kappa));
        Assert.Equal([double.NaN, double.NaN, double.NaN, 0, 2], scored.Select(row => row.SigmaMax));
    }

    [Fact]
    public void Computes_once_a_row_and_only_what_is_asked_for()
    {
        var probe = new ProbeView(Data(Row.Of(Matrices.WithKappa(9, 9, 4, 1)), Row.Of(Matrices.WithKappa(9, 9, 8, 2))));
        IDataView view =
            _context.Transforms.KappaConditionNumber().Append(_context.Transforms.KappaSpectralReport()).Fit(probe).Transform(probe);
        Assert.Empty(probe.Asked);

        Assert.Equal(2, view.GetColumn<string>("Name").Count());
        Assert.Equal(["Name"], probe.Asked);

        Assert.Equal(2, _context.Data.CreateEnumerable<Scored>(view, reuseRowObject: false).Count());
        Assert.Equal(2, probe.Reads["Weight"]);

        Assert.Equal(2, view.GetColumn<double>("StableRank").Count());
        Assert.Equal(4, probe.Reads["Weight"]);
    }

    [Fact]
    public void A_row_that_is_skipped_is_not_computed()
    {
        var probe = new ProbeView(Data(new Row { Rows = 1, Columns = 1, Weight = [float.NaN] }, Row.Of(Matrices.WithKappa(9, 9, 8, 2))));
        IDataView view = _context.Transforms.KappaConditionNumber().Fit(probe).Transform(probe);
        IDataView second = _context.Data.SkipRows(view, 1);
        Assert.Equal(8, second.GetColumn<double>("Kappa").Single(), 1e-2);
        Assert.Equal(1, probe.Reads["Weight"]);
    }

    [Fact]
    public void The_report_is_that_of_all_singular_values()
    {
        torch.Tensor matrix = Matrices.WithKappa(10, 6, 20, seed: 5).to(torch.float32);
        SpectralReport expected = KappaTune.SpectralReport.Compute(matrix);
        IDataView data = Data(Row.Of(matrix), new Row { Rows = 3, Columns = 0 });
        IDataView view = _context.Transforms.KappaSpectralReport().Fit(data).Transform(data);
        foreach ((string name, double value) in new[]
        {
            ("SpectralNorm", expected.SpectralNorm), ("FrobeniusNorm", expected.FrobeniusNorm), ("LogVolume", expected.LogVolume),
            ("StableRank", expected.StableRank), ("EffectiveRank", expected.EffectiveRank), ("EntropyBound", expected.EntropyBound),
        })
        {
            Assert.Equal([value, double.NaN], view.GetColumn<double>(name));
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_value_that_is_no_number_is_an_error_that_names_the_matrix_or_a_row_that_says_so(float bad)
    {
        IDataView data = Data(
            new Row { Name = "good", Rows = 2, Columns = 2, Weight = [2, 0, 0, 1] },
            new Row { Name = "bad", Rows = 2, Columns = 2, Weight = [1, 2, bad, 4] });
        foreach (string column in new[] { "Kappa", "SpectralNorm" })
        {
            IEnumerable<double> Values(NonFiniteHandling handling) => _context.Transforms.KappaConditionNumber(nonFinite: handling)
                .Append(_context.Transforms.KappaSpectralReport(nonFinite: handling)).Fit(data).Transform(data).GetColumn<double>(column);

            var error = Assert.Throws<FormatException>(() => Values(NonFiniteHandling.Error).Count());
            Assert.Contains("\"bad\": the value 2 of 4 is", error.Message);
            Assert.Equal([2, double.NaN], Values(NonFiniteHandling.Report));
        }
    }

    [Fact]
    public void Values_that_fit_no_matrix_are_an_error_that_names_it()
    {
        Assert.Contains("\"w\": 3 values aren't a matrix of 2 rows and 2 columns",
            Assert.Throws<InvalidOperationException>(() => Score(new Row { Rows = 2, Columns = 2, Weight = [1, 2, 3] })).Message);
        Assert.Throws<InvalidOperationException>(() => Score(new Row { Rows = -2, Columns = -2, Weight = [1, 2, 3, 4] }));
        Assert.Throws<InvalidOperationException>(() => Score(new Row { Rows = long.MaxValue, Columns = 3, Weight = [1, 2, 3] }));
    }

    private sealed class Sparse
    {
        public long M { get; set; } = 3;
        public long N { get; set; } = 3;
        public VBuffer<float> W { get; set; } = new(9, 3, [2, 4, 8], [0, 4, 8]);
    }

    [Fact]
    public void Columns_may_have_other_names_and_vectors_may_be_sparse()
    {
        IDataView data = _context.Data.LoadFromEnumerable([new Sparse(), new Sparse()]);
        IDataView view = _context.Transforms.KappaConditionNumber("W", "M", "N", nameColumnName: null).Fit(data).Transform(data);
        Assert.All(view.GetColumn<double>("Kappa"), kappa => Assert.Equal(4, kappa, 1e-6));
    }

    [Fact]
    public void Predicts_object_by_object()
    {
        ITransformer model = _context.Transforms.KappaConditionNumber().Fit(Data(new Row()));
        using PredictionEngine<Row, Scored> engine = _context.Model.CreatePredictionEngine<Row, Scored>(model);
        foreach (double kappa in new[] { 3.0, 9.0, 27.0 })
            Assert.Equal(kappa, engine.Predict(Row.Of(Matrices.WithKappa(9, 9, kappa, 1))).Kappa, 1e-3 * kappa);
    }

    [Fact]
    public void Cursors_on_several_threads_compute_the_same()
    {
        IDataView data = Data([.. Enumerable.Range(1, 8).Select(i => Row.Of(Matrices.WithKappa(60, 60, 10 * i, i)))]);
        IDataView view = _context.Transforms.KappaConditionNumber().Fit(data).Transform(data);
        double[] expected = [.. view.GetColumn<double>("Kappa")];
        double[][] results = [.. Enumerable.Range(0, 8).AsParallel().Select(_ => view.GetColumn<double>("Kappa").ToArray())];
        // The tensor library's number of threads is each thread's own, and rounds the last digits.
        Assert.All(results, kappas => Assert.Equal(expected, kappas, (a, b) => Math.Abs(a / b - 1) < 1e-9));
    }

    private sealed class Wrong
    {
        public string Name { get; set; } = "";
        public long Rows { get; set; }
        public int Columns { get; set; }
        public float[] Weight { get; set; } = [];
    }

    [Fact]
    public void Missing_and_wrong_columns_are_errors_before_anything_runs()
    {
        const string Missing = "Could not find input column 'Values'. The input has Name, Rows, Columns, Weight. Name the right one as "
            + "weightColumnName where this is made, or add it: mlContext.Transforms.CopyColumns(\"Values\", …). (Parameter 'inputSchema')";
        const string Mismatch = "Schema mismatch for input column 'Columns': expected Int64, got Int32 (Parameter 'inputSchema')";
        const string Scalar = "Schema mismatch for input column 'Rows': expected Vector<Single>, got Int64 (Parameter 'inputSchema')";
        Check(_context.Transforms.KappaConditionNumber("Values"), Missing);
        Check(_context.Transforms.KappaSpectralReport("Values"), Missing);
        Check(_context.Transforms.KappaConditionNumber(), Mismatch);
        Check(_context.Transforms.KappaSpectralReport(), Mismatch);
        Check(_context.Transforms.KappaConditionNumber("Rows"), Scalar);

        void Check<T>(IEstimator<T> estimator, string message) where T : class, ITransformer
        {
            IDataView data = _context.Data.LoadFromEnumerable(new[] { new Wrong() });
            Assert.Equal(message, Assert.Throws<ArgumentOutOfRangeException>(() => estimator.Fit(data)).Message);
            // A chain checks all its parts before the first of them runs.
            var chain = _context.Transforms.CopyColumns("Copy", "Name").Append(estimator);
            Assert.Equal(
                message.Replace("Columns, Weight.", "Columns, Weight, Copy."),
                Assert.Throws<ArgumentOutOfRangeException>(() => chain.Fit(data)).Message);
        }
    }

    [Fact]
    public void The_shape_has_the_added_columns()
    {
        IDataView data = Data(new Row());
        SchemaShape shape = _context.Transforms.KappaConditionNumber().Append(_context.Transforms.CopyColumns("Copy", "Kappa"))
            .GetOutputSchema(ShapeOf(data));
        Assert.Equal(
            ["Name", "Rows", "Columns", "Weight", "Kappa", "RelativeKappa", "SigmaMax", "SigmaMin", "Copy"],
            shape.Select(column => column.Name));
        Assert.All(shape.Skip(4), column => Assert.Equal(NumberDataViewType.Double, column.ItemType));
    }

    [Fact]
    public void Impossible_arguments_are_errors()
    {
        Assert.Throws<ArgumentException>(() => _context.Transforms.KappaConditionNumber(""));
        Assert.Throws<ArgumentException>(() => _context.Transforms.KappaConditionNumber(rowsColumnName: ""));
        Assert.Throws<ArgumentException>(() => _context.Transforms.KappaSpectralReport(columnsColumnName: ""));
        Assert.Throws<ArgumentException>(() => _context.Transforms.KappaSpectralReport(nameColumnName: ""));
        Assert.Throws<ArgumentException>(() => _context.Transforms.KappaSpectralReport(nonFinite: (NonFiniteHandling)7));
    }

    /// <summary>The shape of data, which ML.NET gives to estimators only.</summary>
    private static SchemaShape ShapeOf(IDataView data)
    {
        var spy = new ShapeSpy();
        spy.Append(new ShapeSpy()).Fit(data);
        return spy.Seen!;
    }

    private IDataView Data(params Row[] rows) => _context.Data.LoadFromEnumerable(rows);

    private Scored[] Score(params Row[] rows)
    {
        IDataView data = Data(rows);
        IDataView view = _context.Transforms.KappaConditionNumber().Fit(data).Transform(data);
        return [.. _context.Data.CreateEnumerable<Scored>(view, reuseRowObject: false)];
    }
}
