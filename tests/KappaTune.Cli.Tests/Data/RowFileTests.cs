using System.Text;
using KappaTune.Cli.Data;

namespace KappaTune.Cli.Tests.Data;

/// <summary>Files of rows: what stands between fields, what quotes mean, and what isn't as it must be.</summary>
public sealed class RowFileTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void A_csv_is_read_and_written_as_RFC_4180_has_it()
    {
        string rows = Write("rows.csv", "Note,X,Y\r\n\"a, \"\"b\"\"\",-9,1\r\n\"two\r\nlines\",9,1\r\n// text,8,1\r\n  spaces,7,1\r\n");
        Assert.Equal(0, Predict(rows, "out.csv").ExitCode);
        string[][] written = Records("out.csv");
        Assert.Equal(["Note", "X", "Y", "PredictedLabel", "Score.left", "Score.right"], written[0]);
        Assert.Equal(["a, \"b\"", "-9", "1", "left"], written[1][..4]);
        Assert.Equal(["two\r\nlines", "9", "1", "right"], written[2][..4]);
        Assert.Equal(["// text", "8", "1", "right"], written[3][..4]);
        Assert.Equal(["  spaces", "7", "1", "right"], written[4][..4]);
        Assert.Equal(5, written.Length);
    }

    [Theory]
    [InlineData("semicolon", "X;Y\n-9;1\n")]
    [InlineData("|", "X|Y\n-9|1\n")]
    [InlineData("comma", "X,Y\n-9,1\n")]
    [InlineData("tab", "X\tY\n-9\t1\n")]
    public void The_separator_may_be_given(string separator, string content)
    {
        Assert.Equal(0, Predict(Write("rows.txt", content), "out.txt", "--separator", separator).ExitCode);
        Assert.StartsWith(content[..3] + content[1] + "PredictedLabel", File.ReadAllText(_workspace["out.txt"]));
    }

    [Theory]
    [InlineData("rows.tsv", "X,Y\n1,2\n", "This looks comma-separated: give --separator comma.")]
    [InlineData("rows.tsv", "X;Y\n1;2\n", "This looks semicolon-separated: give --separator semicolon.")]
    [InlineData("rows.csv", "X\tY\n1\t2\n", "This looks tab-separated: give --separator tab.")]
    [InlineData(
        "rows.tsv", "X\tY\n1\t2\n\n// no row\n1\t2\t3\n", "line 5: 3 fields, where the first line names 2 columns. Take the tab out")]
    [InlineData("rows.tsv", "X\tY\n1\t2\n1\n", "line 3: 1 field, where the first line names 2 columns. Give each row")]
    [InlineData(
        "rows.csv", "X,Y\n\"1\",2\n1,2,3\n", "line 3: 3 fields, where the first line names 2 columns. Put a field that holds a comma")]
    [InlineData("rows.csv", "X,Y,Z\n1,2,\"a\nb\n\"\n1,2\n", "line 5: 2 fields")]
    [InlineData("rows.csv", "X,Y\n1,2\n1,\"2\n1,2\n1,2\n", "line 3: a double quote opens a field and none closes it")]
    [InlineData(
        "rows.csv", "X,Y\n1,2\n1,\"2\n1,2\n1,\"2\n", "line 3: a double quote opens a field and none closes it. Close it, or double it")]
    [InlineData("rows.csv", "X,Y\n1,2\n1,\"2", "line 3: a double quote opens a field and none closes it")]
    [InlineData("rows.csv", "X,Y\n1,2\n1,\"2\n", "line 3: a double quote opens a field and none closes it")]
    [InlineData("rows.csv", "X,Y\r\n1,2\r\n1,\"2\r\n", "line 3: a double quote opens a field and none closes it")]
    [InlineData("rows.csv", "X,Y\n1,2\n\n1,\"2\n\n\n", "line 4: a double quote opens a field and none closes it")]
    [InlineData("rows.csv", "X,Y\n1,2\n1,\"\"\"2\"\"\n", "line 3: a double quote opens a field and none closes it")]
    [InlineData("rows.csv", "X,Y\n1,2\n\"1,2", "line 3: a double quote opens a field and none closes it")]
    [InlineData("rows.csv", "X,Y\n1,2\n\"1,2\n", "line 3: a double quote opens a field and none closes it")]
    [InlineData("rows.csv", "X,Y\n1,2\n\"1,2\n3,4\n5,6\n", "line 3: a double quote opens a field and none closes it")]
    [InlineData("rows.csv", "X,Y\n1,2\n\"1,2\n3,\"4\"\n5,6\n", "line 3: a double quote opens a field and none closes it")]
    [InlineData("rows.csv", "X,Y\n\"1\n2\",\"2\n1,2\n", "line 3: a double quote opens a field and none closes it")]
    [InlineData("rows.csv", "X,Y\n\"1\n2\",\"2\n1,2\n3,\"4\"\n", "line 3: a double quote opens a field and none closes it")]
    [InlineData("rows.csv", "X,\"Y\n1,2\n3,4\n", "line 1: a double quote opens a field and none closes it")]
    [InlineData("rows.csv", "X,\"Y", "line 1: a double quote opens a field and none closes it")]
    [InlineData(
        "rows.csv", "X,Y\n\"1,2\n\",3,4\n", "line 2: 3 fields, where the first line names 2 columns. Put a field that holds a comma")]
    [InlineData("rows.tsv", "X\0\t\0Y\0\n\0001\0\t\0002\0\n\0", "line 1: holds zero bytes, as UTF-16 does. Convert the file")]
    [InlineData("rows.csv", "X,Y\n1,2\n1,Zoë\n", "line 3: isn't UTF-8")]
    [InlineData("rows.tsv", "X\tY\n1\t2\r\n\r\n1\tZoë\r\n", "line 4: isn't UTF-8. Convert the file: iconv -f LATIN1 -t UTF-8")]
    public void What_is_wrong_is_said_with_its_line_and_a_remedy(string name, string content, string message)
    {
        File.WriteAllBytes(_workspace[name], Encoding.Latin1.GetBytes(content));
        (int exitCode, string error) = Predict(_workspace[name], "out.tsv");
        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.Contains(message, error);
        Assert.Single(error.TrimEnd().Split('\n'));
        Assert.False(File.Exists(_workspace["out.tsv"]));
    }

    [Fact]
    public void What_is_wrong_in_the_middle_is_found_before_training()
    {
        string[] rows =
            [.. Enumerable.Range(0, 5000).Select(i => i == 4000 ? "a\tone\ttoo many" : $"{(i % 2 == 0 ? "a" : "b")}\ttext {i}")];
        string train = Write("train.tsv", "Label\tText\n" + string.Join('\n', rows));
        (int exitCode, _, string error) = Tool.Run("tune", "--train", train, "--output", _workspace["model.zip"], "--no-cache");
        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.Contains("line 4,002: 3 fields", error);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Fact]
    public void Other_encodings_that_say_so_are_read()
    {
        File.WriteAllText(_workspace["rows.tsv"], "X\tY\tName\n-9\t1\tZoë\n", Encoding.Unicode);
        Assert.Equal(0, Predict(_workspace["rows.tsv"], "out.tsv").ExitCode);
        Assert.Contains("\tZoë\tleft", File.ReadAllText(_workspace["out.tsv"]));
    }

    [Fact]
    public void Quotes_are_text_in_a_file_separated_by_tabs()
    {
        Assert.Equal(0, Predict(Write("rows.tsv", "X\tY\tNote\n-9\t1\t\"so\" he said\n9\t1\t a \"b\n"), "out.tsv").ExitCode);
        string[] lines = File.ReadAllLines(_workspace["out.tsv"]);
        Assert.StartsWith("-9\t1\t\"so\" he said\tleft\t", lines[1]);
        Assert.StartsWith("9\t1\ta \"b\tright\t", lines[2]);
    }

    [Theory]
    [InlineData("rows.csv", "Text\na\n\"\"\nb\n")]
    [InlineData("rows.tsv", "Text\na\n   \n\nb\n")]
    public void A_row_of_one_empty_field_is_a_row(string name, string content)
    {
        TableFile file = TableFile.Open("--data", Write(name, content), TableFormat.Choose(null, quoted: false, name));
        Microsoft.ML.IDataView rows = file.Load(new(), [new("Text", Microsoft.ML.Data.DataKind.String, 0)]);
        Assert.Equal(["a", "", "b"], Microsoft.ML.Data.ColumnCursorExtensions.GetColumn<string>(rows, "Text"));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("\"")]
    [InlineData("ab")]
    public void Not_everything_separates(string separator)
    {
        (int exitCode, _, string error) = Tool.Run("predict", "m", "--data", "d", "--output", "o", "--separator", separator);
        Assert.Equal(ExitCode.WrongUsage, exitCode);
        Assert.StartsWith($"--separator: '{separator}' isn't tab, comma, semicolon or one character", error);
    }

    private (int ExitCode, string Error) Predict(string rows, string output, params string[] options)
    {
        string model = PointsModel.Save(_workspace);
        string[] arguments = ["predict", model, "--data", rows, "--output", _workspace[output], .. options];
        (int exitCode, _, string error) = Tool.Run(arguments);
        return (exitCode, error);
    }

    private string[][] Records(string name)
    {
        using var records = new TableRecords(name, File.OpenRead(_workspace[name]), new(TableFormat.Comma, Quoted: true));
        var all = new List<string[]>();
        while (records.Read() is { } record)
            all.Add(record);
        return [.. all];
    }

    private string Write(string name, string text)
    {
        File.WriteAllText(_workspace[name], text);
        return _workspace[name];
    }
}
