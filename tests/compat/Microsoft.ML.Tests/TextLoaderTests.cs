using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

/// <summary>The most telling of the recorded cases, and what they leave out.</summary>
public sealed class TextLoaderTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();
    private readonly MLContext _context = new(seed: 1);
    private readonly List<string> _warnings = [];

    public TextLoaderTests() => _context.Log += (_, message) =>
    {
        if (message.Kind == ChannelMessageKind.Warning)
            _warnings.Add(message.Message.Replace(_path, "file"));
    };

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Leading_spaces_go_and_trailing_ones_stay_unless_trimmed()
    {
        Write("a\t  b  \n");

        Assert.Equal(["a|b  "], Rows(Load()));
        Assert.Equal(["a|b"], Rows(_context.Data.LoadFromTextFile<TextLoaderRows.LabelText>(_path, trimWhitespace: true)));
    }

    [Fact]
    public void Empty_lines_and_comments_are_no_rows_but_lines_of_spaces_are()
    {
        Write("a\tb\n\n// c\td\n   \n# e\tf\n");

        Assert.Equal(["a|b", "|", "# e|f"], Rows(Load()));
    }

    [Fact]
    public void A_lone_carriage_return_ends_a_line()
    {
        Write("a\t1\rb\t2\r\nc\t3");

        Assert.Equal(["a|1", "b|2", "c|3"], Rows(Load()));
    }

    [Fact]
    public void Short_lines_are_filled_up_and_long_ones_cut()
    {
        Write("a\nb\t1\t2\t3\n");

        Assert.Equal(["a|", "b|1"], Rows(Load()));
    }

    [Fact]
    public void Quoted_fields_hold_separators_and_quotes_and_bad_ones_are_reported()
    {
        Write("a,\"x, \"\"y\"\"\"\nb,\"closed\" more\nc,z\n");

        Assert.Equal(
            ["a|x, \"y\"", "b|", "c|z"], Rows(_context.Data.LoadFromTextFile<TextLoaderRows.LabelText>(_path, ',', allowQuoting: true)));
        Assert.Equal(["[Source=TextLoader; ParseStats, Kind=Warning] Format error at file(2,3)-(2,16): Illegal quoting"], _warnings);
    }

    [Fact]
    public void Only_some_of_many_bad_lines_are_reported()
    {
        Write(string.Concat(Enumerable.Repeat("a,\"bad\" x\n", 1000)));

        Assert.Equal(1000, Rows(_context.Data.LoadFromTextFile<TextLoaderRows.LabelText>(_path, ',', allowQuoting: true)).Count);
        Assert.Equal(10, _warnings.Count);
    }

    [Fact]
    public void A_quoted_field_can_go_on_in_the_next_line()
    {
        Write("a,\"one\n\ntwo\"\nb,c\n");
        var options = new TextLoader.Options { Separators = [','], AllowQuoting = true, ReadMultilines = true };

        Assert.Equal(["a|one\n\ntwo", "b|c"], Rows(_context.Data.LoadFromTextFile<TextLoaderRows.LabelText>(_path, options)));
    }

    [Theory]
    [InlineData("", 0f)]
    [InlineData("1,5", float.NaN)]
    [InlineData("inf", float.NaN)]
    [InlineData("Infinity", float.PositiveInfinity)]
    [InlineData("-∞", float.NegativeInfinity)]
    [InlineData("1e39", float.PositiveInfinity)]
    [InlineData("5. ", 5f)]
    [InlineData("0x10", float.NaN)]
    [InlineData("null", float.NaN)]
    public void What_is_no_float_is_NaN(string text, float value)
    {
        Write($"{text}\tx\n");

        Assert.Equal(
            [value], _context.Data.LoadFromTextFile(_path, [new TextLoader.Column("V", DataKind.Single, 0)]).GetColumn<float>("V"));
    }

    [Theory]
    [InlineData(DataKind.Int32, "5 ")]
    [InlineData(DataKind.Int32, "+4")]
    [InlineData(DataKind.UInt32, "-1")]
    [InlineData(DataKind.Byte, "256")]
    [InlineData(DataKind.Boolean, "on")]
    [InlineData(DataKind.DateTime, "abc")]
    public void Other_values_are_errors_with_line_and_column(DataKind kind, string text)
    {
        Write($"Value\n\n{text}\tx\n");
        IDataView data = _context.Data.LoadFromTextFile(_path, [new TextLoader.Column("V", kind, 0)], hasHeader: true);

        var error = Assert.Throws<FormatException>(() => Read(data));

        Assert.Equal($"Parsing failed with an exception: Could not parse value {text} in line 3, column V", error.Message);
        Assert.IsType<InvalidOperationException>(error.InnerException);
    }

    [Fact]
    public void Columns_that_are_not_read_are_not_parsed()
    {
        Write("a\tno number\n");
        IDataView data = _context.Data.LoadFromTextFile(
            _path, [new TextLoader.Column("A", DataKind.String, 0), new TextLoader.Column("B", DataKind.Int32, 1)]);

        Assert.Equal(["a"], data.GetColumn<string>("A"));
        Assert.Throws<FormatException>(() => data.GetColumn<int>("B").Count());
    }

    [Fact]
    public void Missing_reals_are_NaN_where_asked()
    {
        Write("1,\n,2\n3\n");
        var options = new TextLoader.Options { Separators = [','], MissingRealsAsNaNs = true };

        Assert.Equal([1f, float.NaN, 3f], _context.Data.LoadFromTextFile<TextLoaderRows.Floats>(_path, options).GetColumn<float>("A"));
        Assert.Equal(
            [float.NaN, 2f, float.NaN], _context.Data.LoadFromTextFile<TextLoaderRows.Floats>(_path, options).GetColumn<float>("B"));
    }

    [Fact]
    public void Sparse_lines_name_their_width_or_take_the_files()
    {
        Write("x 4 1:5\ny 1 2 3 4\n");
        var options = new TextLoader.Options
        {
            Separators = [' '], AllowSparse = true,
            Columns = [new TextLoader.Column("Label", DataKind.String, 0), new TextLoader.Column("F", DataKind.Single, 1, 4)],
        };

        Assert.Equal([[0f, 5f, 0f, 0f], [1f, 2f, 3f, 4f]], _context.Data.LoadFromTextFile(_path, options).GetColumn<float[]>("F"));
    }

    [Fact]
    public void Ranges_end_with_the_files_columns_and_take_their_names()
    {
        Write("label\ta\tb\tc\nx\t1\t2\t3\n");
        IDataView data = _context.Data.LoadFromTextFile(_path, new TextLoader.Options
        {
            HasHeader = true,
            Columns = [new TextLoader.Column("L", DataKind.String, 0),
                new TextLoader.Column("Rest", DataKind.Single, [new TextLoader.Range { AllOther = true }])],
        });

        VBuffer<ReadOnlyMemory<char>> names = default;
        data.Schema["Rest"].GetSlotNames(ref names);
        Assert.Equal(["a", "b", "c"], names.DenseValues().Select(name => name.ToString()));
        Assert.Equal([[1f, 2f, 3f]], data.GetColumn<float[]>("Rest"));
    }

    [Fact]
    public void Without_columns_the_first_is_the_label_and_the_others_are_features()
    {
        Write("1\t2\t3\n");

        Assert.Equal(
            ["Label: Single", "Features: Vector<Single, 2>"], _context.Data.LoadFromTextFile(_path).Schema.Select(c => c.ToString()));
    }

    [Fact]
    public void Several_files_are_read_one_after_another_each_with_its_header()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        File.WriteAllText(Path.Combine(folder, "a.tsv"), "L\tT\na\t1\n");
        File.WriteAllText(Path.Combine(folder, "b.tsv"), "L\tT\nb\t2\n");

        Assert.Equal(
            ["a|1", "b|2"], Rows(_context.Data.LoadFromTextFile<TextLoaderRows.LabelText>(Path.Combine(folder, "*.tsv"), hasHeader: true)));
        TextLoader loader = _context.Data.CreateTextLoader<TextLoaderRows.LabelText>(hasHeader: true);
        Assert.Equal(["b|2", "a|1"], Rows(loader.Load(Path.Combine(folder, "b.tsv"), Path.Combine(folder, "a.tsv"))));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Two_cursors_at_once_read_on_their_own()
    {
        Write("a\t1\nb\t2\n");
        IDataView data = Load();
        using DataViewRowCursor first = data.GetRowCursor(data.Schema);
        using DataViewRowCursor second = data.GetRowCursor(data.Schema);

        Assert.Equal(-1, first.Position);
        Assert.True(first.MoveNext() && first.MoveNext() && !first.MoveNext());
        Assert.True(second.MoveNext());
        Assert.Equal((-1, 0), (first.Position, second.Position));
        Assert.Null(data.GetRowCount());
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            data.GetRowCursor([data.Schema[0]]).GetGetter<ReadOnlyMemory<char>>(data.Schema[1]));
    }

    [Fact]
    public void A_text_value_outlives_the_row()
    {
        Write("a\t1\nb\t2\n");
        IDataView data = Load();
        using DataViewRowCursor cursor = data.GetRowCursor(data.Schema);
        ValueGetter<ReadOnlyMemory<char>> getter = cursor.GetGetter<ReadOnlyMemory<char>>(data.Schema[0]);
        ReadOnlyMemory<char> first = default;
        ReadOnlyMemory<char> second = default;

        cursor.MoveNext();
        getter(ref first);
        cursor.MoveNext();
        getter(ref second);

        Assert.Equal("a", first.ToString());
        Assert.Equal("b", second.ToString());
    }

    private IDataView Load() => _context.Data.LoadFromTextFile<TextLoaderRows.LabelText>(_path);

    private void Write(string text) => File.WriteAllText(_path, text);

    private static List<string> Rows(IDataView data) =>
        [.. data.GetColumn<string>("Label").Zip(data.GetColumn<string>("Text"), (label, text) => $"{label}|{text}")];

    private static void Read(IDataView data)
    {
        using DataViewRowCursor cursor = data.GetRowCursor(data.Schema);
        while (cursor.MoveNext())
        {
        }
    }
}
