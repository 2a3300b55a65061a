using Microsoft.ML;
using Microsoft.ML.Data;

namespace KappaTune.Cli.Tests.Data;

/// <summary>A model of any program's whose classes have one name: a label can't tell which is meant, so no figure would be right.</summary>
public sealed class EqualClassNamesTests : IDisposable
{
    private readonly Workspace _workspace = new();
    private readonly string _model, _rows;

    public EqualClassNamesTests()
    {
        _rows = _workspace["rows.tsv"];
        File.WriteAllText(_rows, "Label\tX\nX\t1\nX\t2\n");
        var mlContext = new MLContext(seed: 1);
        IDataView rows = mlContext.Data.LoadFromTextFile(
            _rows, [new("Label", DataKind.String, 0), new("X", DataKind.Single, 1)], hasHeader: true);
        // Its scores are named by the columns that they come from.
        var pipeline = mlContext.Transforms.Concatenate("Score", "X", "X")
            .Append(mlContext.Transforms.CopyColumns("PredictedLabel", "Label"));
        _model = _workspace["model.zip"];
        mlContext.Model.Save(pipeline.Fit(rows), rows.Schema, _model);
    }

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void Evaluate_refuses_it()
    {
        (int exitCode, string output, string error) = Tool.Run("evaluate", _model, "--data", _rows, "--json", _workspace["metrics.json"]);
        AssertRefused(exitCode, output, error);
        Assert.False(File.Exists(_workspace["metrics.json"]));
    }

    [Fact]
    public void Predict_refuses_it()
    {
        (int exitCode, string output, string error) = Tool.Run("predict", _model, "--data", _rows, "--output", _workspace["out.tsv"]);
        AssertRefused(exitCode, output, error);
        Assert.False(File.Exists(_workspace["out.tsv"]));
    }

    private void AssertRefused(int exitCode, string output, string error)
    {
        Assert.Equal((ExitCode.BadInput, ""), (exitCode, output));
        string line = Assert.Single(error.TrimEnd().Split('\n'));
        Assert.Contains($"{_model}: 2 of its classes are called \"X\". Name them differently", line);
    }
}
