using System.Text.Json;
using Microsoft.ML.Data;

namespace KappaTune.Cli.Tests.Commands;

public sealed class EvaluateTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void Metrics_are_of_the_labelled_rows_and_are_written_as_JSON()
    {
        string model = PointsModel.Save(_workspace);
        // Three of four are right; one has no label.
        PointsModel.Write(_workspace["test.tsv"], "Y\tSide\tX", [$"1\tleft\t-9", $"2\tright\t9", $"3\tright\t8", $"4\tleft\t7", $"5\t\t1"]);
        (int exitCode, string output, string error) =
            Tool.Run("evaluate", model, "--data", _workspace["test.tsv"], "--label", "Side", "--json", _workspace["metrics.json"]);
        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains("Rows:           4 (1 without a label left out)", output);
        Assert.Contains("Micro accuracy: 0.7500", output);
        Assert.Contains("Macro accuracy: 0.7500", output);
        Assert.Contains("Confusion table", output);

        JsonElement json = JsonDocument.Parse(File.ReadAllText(_workspace["metrics.json"])).RootElement;
        Assert.Equal(1, json.GetProperty("schema").GetInt32());
        Assert.Equal(4, json.GetProperty("rows").GetInt64());
        Assert.Equal(1, json.GetProperty("unlabelled_rows").GetInt64());
        Assert.Equal(0.75, json.GetProperty("micro_accuracy").GetDouble());
        Assert.Equal(0.75, json.GetProperty("macro_accuracy").GetDouble());
        Assert.InRange(json.GetProperty("log_loss").GetDouble(), 0.1, 35);
        Dictionary<string, int> order = json.GetProperty("classes").EnumerateArray()
            .Select((c, i) => (c.GetProperty("name").GetString()!, i)).ToDictionary();
        int Confusion(string truth, string predicted) => json.GetProperty("confusion")[order[truth]][order[predicted]].GetInt32();
        Assert.Equal((1, 1), (Confusion("left", "left"), Confusion("left", "right")));
        Assert.Equal((0, 2), (Confusion("right", "left"), Confusion("right", "right")));
        JsonElement left = json.GetProperty("classes")[order["left"]];
        Assert.Equal(2, left.GetProperty("rows").GetInt32());
        Assert.Equal((1.0, 0.5), (left.GetProperty("precision").GetDouble(), left.GetProperty("recall").GetDouble()));
    }

    [Theory]
    [InlineData(DataKind.Single, "0", "1", "1.0")]
    [InlineData(DataKind.Boolean, "false", "true", "1")]
    public void A_label_that_the_model_takes_for_a_number_may_be_written_differently(DataKind kind, string left, string right, string other)
    {
        string model = PointsModel.Save(_workspace, kind, left, right);
        PointsModel.Write(_workspace["test.tsv"], "Label\tX\tY", [$"{left}\t-9\t1", $"{right}\t9\t1", $"{other}\t7\t1"]);
        (int exitCode, string output, _) = Tool.Run("evaluate", model, "--data", _workspace["test.tsv"]);
        Assert.Equal(0, exitCode);
        Assert.Contains("Rows:           3", output);
        Assert.Contains("Micro accuracy: 1.0000", output);
    }

    [Fact]
    public void Many_classes_are_listed_where_their_table_has_no_room()
    {
        string left = new('l', 60), right = new('r', 60);
        string model = PointsModel.Save(_workspace, left: left, right: right);
        PointsModel.Write(_workspace["test.tsv"], "Label\tX\tY", [$"{left}\t-9\t1", $"{right}\t9\t1"]);
        (_, string output, _) = Tool.Run("evaluate", model, "--data", _workspace["test.tsv"]);
        Assert.Contains("Precision", output);
        Assert.All(output.Split('\n'), line => Assert.InRange(line.Length, 0, 80));
    }

    [Theory]
    [InlineData("", "is empty: its first line must name its columns")]
    [InlineData("// nothing\n\n", "is empty: its first line must name its columns")]
    [InlineData("Label\tX\tY\n", "has no rows below its first line")]
    [InlineData("Label\tX\n", "has no column \"Y\". Its columns are: Label, X.")]
    [InlineData("Side\tX\tY\nleft\t1\t1\n", "has no column \"Label\". Its columns are: Side, X, Y. Name the column")]
    [InlineData("Label\tX\tX\tY\nleft\t1\t1\t1\n", "has two columns named \"X\".")]
    [InlineData("Label\tX\tY\n\t1\t1\n", "column \"Label\": every row's label is empty.")]
    [InlineData("Label\tX\tY\nleft\t1\t1\nmiddle\t1\t1\n", "column \"Label\": the label of row 2, \"middle\", is none of left, right.")]
    public void A_file_that_is_not_as_it_should_be_is_one_message(string content, string message)
    {
        string model = PointsModel.Save(_workspace);
        File.WriteAllText(_workspace["test.tsv"], content);
        (int exitCode, string output, string error) =
            Tool.Run("evaluate", model, "--data", _workspace["test.tsv"], "--json", _workspace["metrics.json"]);
        Assert.Equal((ExitCode.BadInput, ""), (exitCode, output));
        Assert.StartsWith($"--data {_workspace["test.tsv"]}", error);
        Assert.Contains(message, error);
        Assert.Single(error.TrimEnd().Split('\n'));
        Assert.False(File.Exists(_workspace["metrics.json"]));
    }

    [Fact]
    public void A_model_that_is_none_is_one_message_that_names_it()
    {
        File.WriteAllText(_workspace["test.tsv"], "Label\tX\tY\nleft\t1\t1\n");
        File.WriteAllText(_workspace["broken.zip"], "PK, but no more of it");
        foreach (string name in (string[])["broken.zip", "absent.zip"])
        {
            (int exitCode, string output, string error) = Tool.Run("evaluate", _workspace[name], "--data", _workspace["test.tsv"]);
            Assert.Equal((ExitCode.BadInput, ""), (exitCode, output));
            Assert.Contains(_workspace[name], error);
            Assert.Single(error.TrimEnd().Split('\n'));
        }
    }

    [Fact]
    public void A_cancelled_evaluation_ends_with_130_and_writes_nothing()
    {
        string model = PointsModel.Save(_workspace);
        File.WriteAllText(_workspace["test.tsv"], "Label\tX\tY\nleft\t1\t1\n");
        (int exitCode, string output, string error) = Tool.Run(
            new CancellationToken(canceled: true),
            "evaluate", model, "--data", _workspace["test.tsv"], "--json", _workspace["metrics.json"]);
        Assert.Equal((ExitCode.Cancelled, "", "Cancelled."), (exitCode, output, error.TrimEnd()));
        Assert.False(File.Exists(_workspace["metrics.json"]));
    }
}
