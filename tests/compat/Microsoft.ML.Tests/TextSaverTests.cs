using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;

public class TextSaverTests
{
    private static readonly MLContext Context = new(seed: 1);

    [Fact]
    public void Text_starts_with_the_schema_and_the_names()
    {
        IDataView data = Context.Data.LoadFromEnumerable(
            [new Row { Number = 1.5f, Text = "a b", Values = [1, 2, 3], Key = 1, Flag = true }]);

        Assert.Equal(
            """
            #@ TextLoader{
            #@   header+
            #@   sep=tab
            #@   quote+
            #@   sparse+
            #@   col=Number:R4:0
            #@   col=Text:TX:1
            #@   col=Values:R4:2-4
            #@   col=Key:U4[0-2]:5
            #@   col=Flag:BL:6
            #@ }
            Number	Text	""	""	""	Key	Flag
            1.5	a b	1	2	3	1	1

            """.ReplaceLineEndings("\n"), Save(data));
    }

    [Fact]
    public void Saved_text_loads_again_by_its_own_schema()
    {
        Row[] rows =
        [
            new() { Number = float.NaN, Text = "tab\tand \"quotes\"", Values = [0, 0, 0], Key = 0 },
            new() { Number = float.MaxValue, Text = "", Values = [0, 1e-45f, -0.5f], Key = uint.MaxValue, Flag = true },
            new() { Number = 0, Text = "12:30", Values = [0, 0, 7], Key = 2 },
            new() { Number = float.NegativeInfinity, Text = "// no comment", Values = [1, 0, 0], Key = 1 },
            new() { Number = 0.1f, Text = "#@ no setting", Values = [1, 2, 3] },
            new() { Number = 3, Text = " spaces ", Values = [1, 2, 3] },
        ];
        string path = Path.GetTempFileName();
        File.WriteAllText(path, Save(Context.Data.LoadFromEnumerable(rows)));

        IDataView loaded = Context.Data.LoadFromTextFile(path);

        Assert.Equal(["Number: Single", "Text: String", "Values: Vector<Single, 3>", "Key: Key<UInt32, 0-2>", "Flag: Boolean"],
            loaded.Schema.Select(c => c.ToString()));
        Assert.Equal(rows.Select(row => row.Number), loaded.GetColumn<float>("Number"));
        Assert.Equal(rows.Select(row => row.Text), loaded.GetColumn<string>("Text"));
        Assert.Equal(rows.Select(row => row.Values), loaded.GetColumn<float[]>("Values"));
        Assert.Equal([1u, 0u, 3u, 2u, 1u, 1u], loaded.GetColumn<uint>("Key"));
        Assert.Equal(rows.Select(row => row.Flag), loaded.GetColumn<bool>("Flag"));
        File.Delete(path);
    }

    [Theory]
    [InlineData('\t')]
    [InlineData(',')]
    [InlineData(' ')]
    public void Any_text_survives(char separator)
    {
        // What has a meaning somewhere in a text file, next to each other in all ways. (A carriage return alone would come
        // back as a line feed.)
        const string Alphabet = "\"\"\t,; :\n#@/\\{}?019aé\u00a0";
        var random = new Random(1);
        Row[] rows = [.. Enumerable.Range(0, 2000).Select(i => new Row
        {
            Number = random.Next(3) - 1,
            Text = new string([.. Enumerable.Range(0, random.Next(6)).Select(_ => Alphabet[random.Next(Alphabet.Length)])]),
            Values = [random.Next(2), 0, random.Next(2)],
            Key = (uint)random.Next(4),
        })];
        string path = Path.GetTempFileName();
        using (FileStream stream = File.Create(path))
            Context.Data.SaveAsText(Context.Data.LoadFromEnumerable(rows), stream, separator);

        IDataView loaded = Context.Data.LoadFromTextFile(path, new TextLoader.Options { ReadMultilines = true });

        Assert.Equal(rows.Select(row => row.Text), loaded.GetColumn<string>("Text"));
        Assert.Equal(rows.Select(row => row.Values), loaded.GetColumn<float[]>("Values"));
        Assert.Equal(rows.Select(row => row.Number), loaded.GetColumn<float>("Number"));
        Assert.Equal(rows.Select(row => (row.Key + 1) % 4), loaded.GetColumn<uint>("Key"));
        File.Delete(path);
    }

    [Fact]
    public void A_line_that_is_text_alone_is_no_comment_no_setting_and_not_empty()
    {
        string[] texts = ["// text", "#@ text", "", " ", "\"", "a"];
        string path = Path.GetTempFileName();
        File.WriteAllText(path, Save(Context.Data.LoadFromEnumerable(texts.Select(text => new Line { Text = text })), headerRow: false));

        Assert.Equal(texts, Context.Data.LoadFromTextFile(path).GetColumn<string>("Text"));
        File.Delete(path);
    }

    [Fact]
    public void Rows_of_mostly_zeros_are_sparse_unless_forced()
    {
        IDataView data = Context.Data.LoadFromEnumerable(
            [new Wide { Values = [0, 0, 0, 0, 0, 0, 0, 0.5f] }, new Wide { Values = new float[8] }]);

        Assert.Equal("8\t7:0.5\n8\t0:0\n", Save(data, headerRow: false, schema: false));
        Assert.Equal("0\t0\t0\t0\t0\t0\t0\t0.5\n0\t0\t0\t0\t0\t0\t0\t0\n", Save(data, headerRow: false, schema: false, forceDense: true));
    }

    [Fact]
    public void Odd_column_names_survive()
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(Wide));
        definition["Values"].ColumnName = "a name: with {braces}";
        string path = Path.GetTempFileName();
        File.WriteAllText(path, Save(Context.Data.LoadFromEnumerable([new Wide { Values = [1, 2, 3, 4, 5, 6, 7, 8] }], definition)));

        Assert.Equal("a name: with {braces}: Vector<Single, 8>", Context.Data.LoadFromTextFile(path).Schema.Single().ToString());
        File.Delete(path);
    }

    [Fact]
    public void Hidden_columns_are_left_out_unless_kept()
    {
        IDataView data = Context.Transforms.CopyColumns("Values", "Values").Fit(
            Context.Data.LoadFromEnumerable([new Wide { Values = new float[8] }]))
            .Transform(Context.Data.LoadFromEnumerable([new Wide { Values = [1, 1, 1, 1, 1, 1, 1, 1] }]));

        Assert.Equal(8, Save(data, schema: false).TrimEnd().Split('\t').Length);
        Assert.Equal(16, Save(data, schema: false, keepHidden: true).TrimEnd().Split('\t').Length);
    }

    private static string Save(IDataView data, bool headerRow = true, bool schema = true, bool keepHidden = false, bool forceDense = false)
    {
        using var stream = new MemoryStream();
        Context.Data.SaveAsText(data, stream, headerRow: headerRow, schema: schema, keepHidden: keepHidden, forceDense: forceDense);
        Assert.True(stream.CanWrite);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private sealed class Row
    {
        public float Number;
        public string Text = "";
        [VectorType(3)] public float[] Values = [];
        [KeyType(3)] public uint Key;
        public bool Flag;
    }

    private sealed class Line
    {
        public string Text = "";
    }

    private sealed class Wide
    {
        [VectorType(8)] public float[] Values = [];
    }
}
