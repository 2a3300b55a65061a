using System.Diagnostics;
using System.Globalization;

namespace KappaTune.Cli.Tests.Commands;

public sealed class PredictTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void Rows_keep_their_columns_and_get_a_label_and_scores()
    {
        string model = PointsModel.Save(_workspace);
        File.WriteAllText(_workspace["rows.tsv"], "Id\tX\tY\tNote\n7\t-9\t1\tsay \"left\"\n8\t9\t1\t\n\n// no row\n9\t8\t1\t\n");
        string[][] rows = Predict(model);
        Assert.Equal(["Id", "X", "Y", "Note", "PredictedLabel", "Score.left", "Score.right"], rows[0]);
        Assert.Equal(["7", "-9", "1", "say \"left\"", "left"], rows[1][..5]);
        Assert.Equal(["8", "9", "1", "", "right"], rows[2][..5]);
        Assert.Equal(["9", "8", "1", "", "right"], rows[3][..5]);
        Assert.Equal(4, rows.Length);
        Assert.All(rows[1..], row =>
        {
            float[] scores = [.. row[5..].Select(score => float.Parse(score, CultureInfo.InvariantCulture))];
            Assert.Equal(1, scores.Sum(), 1e-5);
            Assert.Equal(row[4] == "left" ? 0 : 1, Array.IndexOf(scores, scores.Max()));
        });
    }

    [Fact]
    public void Quoted_fields_may_hold_anything_and_stay_readable()
    {
        string model = PointsModel.Save(_workspace, left: "to the \"left\"", right: "right");
        File.WriteAllText(_workspace["rows.tsv"], "\"A \"\"note\"\"\"\tX\tY\n\"a\tb\nc \"\"d\"\"\"\t-9\t1\nplain\t9\t1\n");
        string[] arguments = ["predict", model, "--data", _workspace["rows.tsv"], "--output", _workspace["out.tsv"], "--quoted"];
        Assert.Equal(0, Tool.Run(arguments).ExitCode);
        string text = File.ReadAllText(_workspace["out.tsv"]);
        Assert.StartsWith("A \"note\"\tX\tY\tPredictedLabel\t", text);
        Assert.Contains("\n\"a\tb\nc \"\"d\"\"\"\t-9\t1\tto the \"left\"\t", text);
        Assert.Contains("\nplain\t9\t1\tright\t", text);
        // What was written can be read again.
        File.Move(_workspace["out.tsv"], _workspace["rows.tsv"], overwrite: true);
        (int exitCode, _, string error) = Tool.Run(arguments);
        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.Contains("has a column \"PredictedLabel\" already", error);
    }

    [Fact]
    public void A_header_without_rows_gives_a_header_without_rows()
    {
        string model = PointsModel.Save(_workspace);
        File.WriteAllText(_workspace["rows.tsv"], "X\tY\n");
        Assert.Single(Predict(model));
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("X\n1\n", "has no column \"Y\". Its columns are: X.")]
    [InlineData("X\tY\tScore.left\n1\t1\t1\n", "has a column \"Score.left\" already")]
    public void A_file_that_is_not_as_it_should_be_leaves_no_output(string content, string message)
    {
        string model = PointsModel.Save(_workspace);
        File.WriteAllText(_workspace["rows.tsv"], content);
        string[] before = _workspace.Files;
        string[] arguments = ["predict", model, "--data", _workspace["rows.tsv"], "--output", _workspace["out.tsv"]];
        (int exitCode, string output, string error) = Tool.Run(arguments);
        Assert.Equal((ExitCode.BadInput, ""), (exitCode, output));
        Assert.Contains(message, error);
        Assert.Single(error.TrimEnd().Split('\n'));
        Assert.Equal(before, _workspace.Files);
    }

    [Fact]
    public void A_cancelled_prediction_leaves_the_old_output()
    {
        string model = PointsModel.Save(_workspace);
        File.WriteAllText(_workspace["rows.tsv"], "X\tY\n1\t1\n");
        File.WriteAllText(_workspace["out.tsv"], "old");
        string[] before = _workspace.Files;
        (int exitCode, _, string error) = Tool.Run(
            new CancellationToken(canceled: true), "predict", model, "--data", _workspace["rows.tsv"], "--output", _workspace["out.tsv"]);
        Assert.Equal((ExitCode.Cancelled, "Cancelled."), (exitCode, error.TrimEnd()));
        Assert.Equal("old", File.ReadAllText(_workspace["out.tsv"]));
        Assert.Equal(before, _workspace.Files);
    }

    [Fact]
    public void Rows_go_through_a_pipe()
    {
        using Process program = Tool.StartPiped("predict", PointsModel.Save(_workspace), "--data", "-", "--output", "-");
        program.StandardInput.Write("X\tName\tY\n-9\tünï\t1\n9\tb\t1\n");
        program.StandardInput.Close();
        string output = program.StandardOutput.ReadToEnd(), error = program.StandardError.ReadToEnd();
        program.WaitForExit();
        Assert.Equal((0, ""), (program.ExitCode, error));
        string[] lines = output.TrimEnd().Split('\n');
        Assert.Equal("X\tName\tY\tPredictedLabel\tScore.left\tScore.right", lines[0]);
        Assert.StartsWith("-9\tünï\t1\tleft\t", lines[1]);
        Assert.StartsWith("9\tb\t1\tright\t", lines[2]);
        Assert.Equal(3, lines.Length);
    }

    /// <summary>Whoever follows a log sees what the model says of a row before the next one is written.</summary>
    [Fact]
    public async Task A_pipe_that_stays_open_gives_the_results_of_the_rows_that_came()
    {
        string model = PointsModel.Save(_workspace);
        string[] rows = ["X\tNote\tY", "-9\tsay \"left\"\t1", "9\t\t1", "-1\tc\t2", "3\td\t5"];
        using Process program = Tool.StartPiped("predict", model, "--data", "-", "--output", "-");
        List<string> lines = [];
        // One by one, then two at once.
        foreach (string[] sent in (string[][])[[rows[0]], [rows[1]], [rows[2]], [rows[3], rows[4]]])
        {
            await program.StandardInput.WriteAsync(string.Concat(sent.Select(row => row + "\n")));
            await program.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
            foreach (string row in sent)
            {
                lines.Add((await program.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask()
                    .WaitAsync(TimeSpan.FromMinutes(5), TestContext.Current.CancellationToken))!);
                Assert.StartsWith(row, lines[^1]);
            }
        }

        program.StandardInput.Close();
        Assert.Equal("", await program.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
        await program.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, program.ExitCode);
        // The same as of a file.
        File.WriteAllLines(_workspace["rows.tsv"], rows);
        Assert.Equal(Predict(model).Select(fields => string.Join('\t', fields)), lines);
    }

    [Fact]
    public void Many_waiting_rows_of_a_pipe_give_the_bytes_that_a_file_of_them_gives()
    {
        string model = PointsModel.Save(_workspace);
        IEnumerable<string> rows = Enumerable.Range(0, 3000).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i % 19 - 9}\t{i}"));
        string text = string.Concat(rows.Prepend("X\tY").Select(row => row + "\n"));
        File.WriteAllText(_workspace["rows.tsv"], text);
        Predict(model);
        using Process program = Tool.StartPiped("predict", model, "--data", "-", "--output", _workspace["piped.tsv"]);
        program.StandardInput.Write(text);
        program.StandardInput.Close();
        Assert.Equal("", program.StandardError.ReadToEnd());
        program.WaitForExit();
        Assert.Equal(0, program.ExitCode);
        Assert.Equal(File.ReadAllBytes(_workspace["out.tsv"]), File.ReadAllBytes(_workspace["piped.tsv"]));
    }

    [Fact]
    public void A_wrong_row_of_a_pipe_is_named_behind_the_results_of_those_before_it()
    {
        using Process program = Tool.StartPiped("predict", PointsModel.Save(_workspace), "--data", "-", "--output", "-");
        program.StandardInput.Write("X\tY\n-9\t1\n9\t1\t7\n9\t2\n");
        program.StandardInput.Close();
        string output = program.StandardOutput.ReadToEnd(), error = program.StandardError.ReadToEnd();
        program.WaitForExit();
        Assert.Equal(ExitCode.BadInput, program.ExitCode);
        Assert.StartsWith("--data -, line 3: 3 fields, where the first line names 2 columns.", error);
        Assert.StartsWith("-9\t1\tleft\t", Assert.Single(output.TrimEnd().Split('\n')[1..]));
    }

    private string[][] Predict(string model)
    {
        string[] arguments = ["predict", model, "--data", _workspace["rows.tsv"], "--output", _workspace["out.tsv"]];
        (int exitCode, string output, string error) = Tool.Run(arguments);
        Assert.Equal((0, $"Saved:    {_workspace["out.tsv"]}{Environment.NewLine}", ""), (exitCode, output, error));
        return [.. File.ReadAllLines(_workspace["out.tsv"]).Select(line => line.Split('\t'))];
    }
}
