using Microsoft.ML;
using Microsoft.ML.Data;

public class DataRowsTests
{
    private static readonly MLContext Context = new(seed: 1);

    [Fact]
    public void Take_and_skip_count_what_can_be_counted()
    {
        IDataView data = Rows(10);

        Assert.Equal([5, 6, 7], Ids(Context.Data.TakeRows(Context.Data.SkipRows(data, 5), 3)));
        Assert.Equal(3, Context.Data.TakeRows(data, 3).GetRowCount());
        Assert.Equal(10, Context.Data.TakeRows(data, 100).GetRowCount());
        Assert.Equal(0, Context.Data.SkipRows(data, 100).GetRowCount());
        Assert.False(Context.Data.TakeRows(data, 3).CanShuffle);
    }

    [Fact]
    public void A_range_of_values_includes_its_lower_bound_only_and_no_NaN()
    {
        IDataView data = Context.Data.LoadFromEnumerable(
            new float[] { 1, 2, 3, float.NaN, 4 }.Select((x, i) => new Row { Id = i, X = x }).ToArray());

        Assert.Equal([1, 2], Ids(Context.Data.FilterRowsByColumn(data, "X", 2, 4)));
        Assert.Equal([0, 1, 2, 4], Ids(Context.Data.FilterRowsByColumn(data, "X")));
        Assert.Throws<ArgumentOutOfRangeException>(() => Context.Data.FilterRowsByColumn(data, "Group", 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Context.Data.FilterRowsByColumn(data, "Nope", 0, 1));
    }

    [Fact]
    public void Rows_with_missing_values_can_be_left_out()
    {
        IDataView data = Context.Data.LoadFromEnumerable(new Row[]
        {
            new() { Id = 0, X = 1, Vector = [1, 2] }, new() { Id = 1, X = float.NaN, Vector = [1, 2] },
            new() { Id = 2, X = 1, Vector = [1, float.NaN] }, new() { Id = 3, X = 1, Vector = [1, 2], Key = 9 },
        });

        Assert.Equal([0, 2, 3], Ids(Context.Data.FilterRowsByMissingValues(data, "X")));
        Assert.Equal([0, 3], Ids(Context.Data.FilterRowsByMissingValues(data, "X", "Vector")));
        Assert.Equal([0, 1, 2], Ids(Context.Data.FilterRowsByMissingValues(data, "Key")));
        Assert.Throws<ArgumentOutOfRangeException>(() => Context.Data.FilterRowsByMissingValues(data, "Group"));
    }

    [Fact]
    public void A_custom_predicate_says_which_rows_are_dropped()
    {
        IDataView kept = Context.Data.FilterByCustomPredicate<Row>(Rows(6), row => row.Id % 2 == 0);

        Assert.Equal([1, 3, 5], Ids(kept));
        Assert.Null(kept.GetRowCount());
    }

    [Fact]
    public void Filters_share_their_rows_between_several_cursors()
    {
        IDataView data = Context.Data.FilterByCustomPredicate<Row>(Context.Data.Cache(Rows(2000)), row => row.Id % 2 == 0);

        DataViewRowCursor[] cursors = data.GetRowCursorSet(data.Schema, 4);
        var ids = new List<int>();
        foreach (DataViewRowCursor cursor in cursors)
        {
            ValueGetter<int> getter = cursor.GetGetter<int>(data.Schema["Id"]);
            int id = 0;
            while (cursor.MoveNext())
            {
                getter(ref id);
                ids.Add(id);
            }

            cursor.Dispose();
        }

        Assert.Equal(4, cursors.Length);
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => (2 * i) + 1), ids.Order());
    }

    [Fact]
    public void A_cache_reads_its_input_once_for_what_was_asked()
    {
        int enumerations = 0;
        IDataView data = Context.Data.Cache(Context.Data.LoadFromEnumerable(Source()), "X");

        Assert.Null(data.GetRowCount());
        Assert.Equal([0, 1, 2], Ids(data));
        Assert.Equal([0, 1, 2], Ids(data));
        Assert.Equal(3, data.GetColumn<float>("X").Count());
        Assert.Equal(1, enumerations);
        Assert.Equal(3, data.GetRowCount());
        Assert.Equal(["g0", "g1", "g2"], data.GetColumn<string>("Group"));
        Assert.Equal(2, enumerations);

        IEnumerable<Row> Source()
        {
            enumerations++;
            for (int i = 0; i < 3; i++)
                yield return new Row { Id = i, Group = $"g{i}" };
        }
    }

    [Fact]
    public void A_cached_vector_is_a_copy()
    {
        IDataView data = Context.Data.Cache(Rows(2));
        VBuffer<float> value = data.GetColumn<VBuffer<float>>("Vector").First();

        VBufferEditor.CreateFromBuffer(ref value).Values.Fill(99);

        Assert.Equal([0f, 0f], data.GetColumn<float[]>("Vector").First());
    }

    // The order is this library's own; written out, it shows that no process differs from another.
    [Fact]
    public void A_shuffle_with_a_seed_is_the_same_everywhere()
    {
        Assert.Equal("9 0 7 4 3 8 2 5 1 6", string.Join(" ", Ids(new MLContext().Data.ShuffleRows(Rows(10), seed: 5))));
    }

    [Fact]
    public void A_context_with_a_seed_shuffles_the_same_each_time_but_not_the_same_twice()
    {
        var one = new MLContext(seed: 3);
        var other = new MLContext(seed: 3);
        int[] first = Ids(one.Data.ShuffleRows(Rows(100)));

        Assert.Equal(first, Ids(other.Data.ShuffleRows(Rows(100))));
        Assert.NotEqual(first, Ids(one.Data.ShuffleRows(Rows(100))));
    }

    [Fact]
    public void Shuffled_rows_keep_their_values_together()
    {
        IDataView shuffled = Context.Data.ShuffleRows(Rows(50), seed: 2, shufflePoolSize: 7);

        Assert.All(Context.Data.CreateEnumerable<Row>(shuffled, reuseRowObject: true),
            row => Assert.Equal((row.Id, $"group {row.Id % 5}", row.Id), ((int)row.X, row.Group, (int)row.Vector[0])));
    }

    [Fact]
    public void A_split_with_a_seed_is_the_same_everywhere()
    {
        DataOperationsCatalog.TrainTestData split = new MLContext().Data.TrainTestSplit(Rows(20), 0.3, seed: 1);
        DataOperationsCatalog.TrainTestData grouped = new MLContext().Data.TrainTestSplit(Rows(20), 0.3, "Group", seed: 2);

        Assert.Equal("0 1 2 7 8 9 13 15 17", string.Join(" ", Ids(split.TestSet)));
        Assert.Equal("0 2 3 5 7 8 10 12 13 15 17 18", string.Join(" ", Ids(grouped.TestSet)));
        Assert.Equal(Enumerable.Range(0, 20), Ids(split.TrainSet).Concat(Ids(split.TestSet)).Order());
    }

    [Fact]
    public void Groups_go_to_the_test_set_as_often_as_rows_do()
    {
        double share = Enumerable.Range(0, 200).Average(seed =>
            Ids(Context.Data.TrainTestSplit(Rows(20), 0.3, "Group", seed).TestSet).Length / 20.0);

        // A mean of 1000 draws: 0.3 give or take five times 0.0145.
        Assert.InRange(share, 0.23, 0.37);
    }

    [Fact]
    public void A_split_does_not_depend_on_how_rows_are_read()
    {
        IDataView test = Context.Data.TrainTestSplit(Context.Data.Cache(Rows(2000)), 0.2).TestSet;
        int[] expected = Ids(test);

        int[] shared = [.. test.GetRowCursorSet(test.Schema, 3).SelectMany(cursor => Read(cursor))];
        int[] shuffled = [.. Read(test.GetRowCursor(test.Schema, new Random(1)))];

        Assert.Equal(expected, shared.Order());
        Assert.Equal(expected, shuffled.Order());
        Assert.NotEqual(expected, shuffled);
    }

    [Fact]
    public void Only_columns_that_were_asked_for_are_active()
    {
        IDataView data = Context.Data.FilterRowsByColumn(Rows(3), "X", 0, 2);
        using DataViewRowCursor cursor = data.GetRowCursor([data.Schema["Id"]]);

        Assert.True(cursor.IsColumnActive(data.Schema["Id"]));
        Assert.False(cursor.IsColumnActive(data.Schema["X"]));
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => cursor.GetGetter<float>(data.Schema["X"]));
        Assert.Equal("requested column not active (Parameter 'column')", error.Message);
    }

    [Fact]
    public void Identifiers_stay_with_their_rows()
    {
        IDataView data = Rows(20);
        Dictionary<int, DataViewRowId> plain = IdOf(data);

        Assert.Equal(20, plain.Values.Distinct().Count());
        Assert.Equal(plain, IdOf(Context.Data.ShuffleRows(data, seed: 4)));
        Assert.All(IdOf(Context.Data.TrainTestSplit(data, 0.5).TestSet), pair => Assert.Equal(plain[pair.Key], pair.Value));
    }

    [Fact]
    public async Task Many_threads_read_the_same_data_at_once()
    {
        IDataView data = Context.Data.TrainTestSplit(Context.Data.ShuffleRows(Context.Data.Cache(Rows(3000)), seed: 1), 0.5).TestSet;

        int[][] read = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => Ids(data))));

        Assert.All(read, ids => Assert.Equal(read[0], ids));
    }

    [Fact]
    public void A_preview_shows_rows_and_columns()
    {
        DataDebuggerPreview preview = Rows(10).Preview(maxRows: 3);

        Assert.Equal("5 columns, 3 rows", preview.ToString());
        Assert.Equal([0, 1, 2], preview.ColumnView[0].Values);
        Assert.Equal("X: Single", preview.ColumnView[1].ToString());
        Assert.Equal(["Id", "X", "Group", "Vector", "Key"], preview.RowView[1].Values.Select(pair => pair.Key));
        Assert.Equal("group 1", preview.RowView[1].Values[2].Value.ToString());
        Assert.Equal("5 columns", preview.RowView[1].ToString());
        Assert.Equal("6 columns, 2 rows", Context.Transforms.CopyColumns("Y", "X").Preview(Rows(10), maxRows: 2).ToString());
    }

    private static IDataView Rows(int count) => Context.Data.LoadFromEnumerable(
        Enumerable.Range(0, count).Select(i => new Row { Id = i, X = i, Group = $"group {i % 5}", Vector = [i, i] }).ToArray());

    private static int[] Ids(IDataView data) => [.. data.GetColumn<int>("Id")];

    private static List<int> Read(DataViewRowCursor cursor)
    {
        var ids = new List<int>();
        ValueGetter<int> getter = cursor.GetGetter<int>(cursor.Schema["Id"]);
        int id = 0;
        while (cursor.MoveNext())
        {
            getter(ref id);
            ids.Add(id);
        }

        cursor.Dispose();
        return ids;
    }

    private static Dictionary<int, DataViewRowId> IdOf(IDataView data)
    {
        var ids = new Dictionary<int, DataViewRowId>();
        using DataViewRowCursor cursor = data.GetRowCursor(data.Schema);
        ValueGetter<int> value = cursor.GetGetter<int>(data.Schema["Id"]);
        ValueGetter<DataViewRowId> identifier = cursor.GetIdGetter();
        int number = 0;
        DataViewRowId id = default;
        while (cursor.MoveNext())
        {
            value(ref number);
            identifier(ref id);
            ids.Add(number, id);
        }

        return ids;
    }

    private sealed class Row
    {
        public int Id;
        public float X;
        public string Group = "";
        [VectorType(2)] public float[] Vector = [0, 0];
        [KeyType(3)] public uint Key;
    }
}
