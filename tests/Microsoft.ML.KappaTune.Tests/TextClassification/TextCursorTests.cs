using Microsoft.ML.Data;
using Microsoft.ML.KappaTune.Rows;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.TextClassification;

/// <summary>What the cursor that reads ahead gives is what a row by itself would have given.</summary>
public sealed class TextCursorTests
{
    private const int Count = 1500;

    private static readonly MLContext Context = new(seed: 1);

    [Fact]
    public void Rows_come_in_order_with_the_columns_of_the_input()
    {
        var function = new LengthFunction();
        IDataView view = new AheadView(Document.View(Context, Count), function);
        Assert.Equal(Count, Check(view.GetRowCursor(view.Schema)));
        Assert.Equal(Count, function.Texts);
        // Far fewer batches than rows, and little padding.
        Assert.InRange(function.Batches, 1, Count / 20);
        Assert.True(function.Padding < function.Tokens / 6, $"{function.Padding} of {function.Tokens} tokens are padding");
    }

    [Theory]
    [InlineData(1, Count)]
    [InlineData(10, Count / 10)]
    public void Batches_have_no_more_rows_than_the_function_takes(int rows, int least)
    {
        var function = new LengthFunction { RowsOfBatch = rows };
        IDataView view = new AheadView(Document.View(Context, Count), function);
        Assert.Equal(Count, Check(view.GetRowCursor(view.Schema)));
        Assert.InRange(function.Batches, least, Count);
    }

    [Fact]
    public void Shuffled_rows_keep_their_columns()
    {
        IDataView shuffled = new AheadView(Context.Data.ShuffleRows(Document.View(Context, Count), seed: 3), new LengthFunction());
        Assert.Equal(Count, Check(shuffled.GetRowCursor(shuffled.Schema), inOrder: false));
        IDataView cached = new AheadView(Context.Data.Cache(Document.View(Context, Count)), new LengthFunction());
        Assert.True(cached.CanShuffle);
        Assert.Equal(Count, Check(cached.GetRowCursor(cached.Schema, new Random(5)), inOrder: false));
    }

    [Fact]
    public void An_input_that_can_be_read_only_once_is_read_once()
    {
        var once = new OncePassed(Document.View(Context, Count));
        IDataView view = new AheadView(once, new LengthFunction());
        Assert.Equal(Count, Check(view.GetRowCursor(view.Schema)));
        Assert.Equal(1, once.Cursors);
    }

    [Fact]
    public void Nothing_is_computed_that_nobody_asks_for()
    {
        var function = new LengthFunction();
        IDataView view = new AheadView(Document.View(Context, Count), function);
        using (DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Number"]]))
            while (cursor.MoveNext())
                continue;
        using (DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Length"]]))
            for (int i = 0; i < 100; i++)
                cursor.MoveNext();
        Assert.Equal(0, function.Texts);

        using (DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Length"], view.Schema["Double"]]))
        {
            ValueGetter<float> length = cursor.GetGetter<float>(view.Schema["Length"]),
                twice = cursor.GetGetter<float>(view.Schema["Double"]);
            Assert.True(cursor.MoveNext());
            for (int i = 0; i < 3; i++)
                Assert.Equal(2 * Get(length), Get(twice));
        }

        // One row was asked for: its window, which is small at first, and nothing twice.
        Assert.InRange(function.Texts, 1, 32);
    }

    [Fact]
    public void Row_numbers_batches_and_identifiers_are_the_input_s()
    {
        IDataView data = Context.Data.Cache(Document.View(Context, Count));
        IDataView view = new AheadView(data, new LengthFunction());
        using DataViewRowCursor expected = data.GetRowCursor(data.Schema, new Random(2)),
            actual = view.GetRowCursor(view.Schema, new Random(2));
        ValueGetter<DataViewRowId> expectedId = expected.GetIdGetter(), actualId = actual.GetIdGetter();
        Assert.Equal(-1, actual.Position);
        while (expected.MoveNext())
        {
            Assert.True(actual.MoveNext());
            Assert.Equal(expected.Position, actual.Position);
            Assert.Equal(expected.Batch, actual.Batch);
            Assert.Equal(Get(expectedId), Get(actualId));
        }

        Assert.False(actual.MoveNext());
        Assert.False(actual.MoveNext());
    }

    [Fact]
    public void Cursors_side_by_side_don_t_disturb_each_other()
    {
        IDataView view = new AheadView(Document.View(Context, 600), new LengthFunction());
        Parallel.For(0, 8, i => Assert.Equal(600, Check(view.GetRowCursor(view.Schema))));
        DataViewRowCursor[] set = view.GetRowCursorSet(view.Schema, 4);
        Assert.Equal(600, set.AsParallel().Sum(cursor => Check(cursor, inOrder: false)));
    }

    [Fact]
    public void Asking_for_what_isn_t_there_is_an_error()
    {
        IDataView view = new AheadView(Document.View(Context, 3), new LengthFunction());
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Length"]]);
        Assert.Throws<ArgumentOutOfRangeException>(() => cursor.GetGetter<int>(view.Schema["Number"]));
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<double>(view.Schema["Length"]));
        ValueGetter<float> length = cursor.GetGetter<float>(view.Schema["Length"]);
        Assert.Throws<InvalidOperationException>(() => Get(length));
        while (cursor.MoveNext())
            Assert.True(Get(length) > 0);
        Assert.Throws<InvalidOperationException>(() => Get(length));
    }

    [Fact]
    public void Cut_texts_are_told_once_a_cursor()
    {
        var function = new LengthFunction { Longest = 5 };
        IDataView view = new AheadView(Document.View(Context, Count), function);
        for (int i = 0; i < 2; i++)
        {
            Check(view.GetRowCursor(view.Schema), longest: 5);
            (int texts, long? rows) = Assert.Single(function.Cuts);
            Assert.Equal(Document.Rows(Count).Count(row => row.Sentence1!.Length > 5), texts);
            Assert.Equal(Count, rows);
            function.Cuts.Clear();
        }
    }

    /// <summary>Compares every row with the document of its number; returns how many there were.</summary>
    private static int Check(DataViewRowCursor cursor, bool inOrder = true, int longest = int.MaxValue)
    {
        Document[] documents = Document.Rows(Count);
        using (cursor)
        {
            DataViewSchema schema = cursor.Schema;
            ValueGetter<int> number = cursor.GetGetter<int>(schema["Number"]);
            ValueGetter<ReadOnlyMemory<char>> text = cursor.GetGetter<ReadOnlyMemory<char>>(schema["Sentence1"]);
            ValueGetter<VBuffer<float>> vector = cursor.GetGetter<VBuffer<float>>(schema["Vector"]);
            ValueGetter<float> length = cursor.GetGetter<float>(schema["Length"]);
            VBuffer<float> reused = default;
            int rows = 0;
            for (; cursor.MoveNext(); rows++)
            {
                Document expected = documents[Get(number)];
                if (inOrder)
                    Assert.Equal(rows, expected.Number);
                Assert.Equal(rows, cursor.Position);
                Assert.Equal(expected.Sentence1, Get(text).ToString());
                vector(ref reused);
                Assert.Equal(expected.Vector, reused.DenseValues());
                Assert.Equal(Math.Min(longest, expected.Sentence1!.Length), Get(length));
            }

            return rows;
        }
    }

    private static T Get<T>(ValueGetter<T> getter)
    {
        T value = default!;
        getter(ref value);
        return value;
    }

    /// <summary>Adds the length of a text and twice the length, and counts what it is asked for.</summary>
    private sealed class LengthFunction() : TextFunction(
        [new("Sentence1", TextDataViewType.Instance)], threads: 0, ((Runtime.IHostEnvironment)Context).Register("test"))
    {
        private int _texts, _batches, _tokens, _padding;

        public int Longest { get; init; } = int.MaxValue;

        public List<(int Texts, long? Rows)> Cuts { get; } = [];

        public int Texts => _texts;

        public int Batches => _batches;

        public int Tokens => _tokens;

        public int Padding => _padding;

        public override IReadOnlyList<ColumnSpec> Outputs { get; } =
            [new("Length", NumberDataViewType.Single), new("Double", NumberDataViewType.Single)];

        public override int Width => 1;

        public override EncodedText Encode(string text, string? pair)
        {
            int length = Math.Min(text.Length, Longest);
            return new(new int[length], new int[length], length < text.Length, text.Length);
        }

        public override int MaximumRows => RowsOfBatch;

        public int RowsOfBatch { get; init; } = 128;

        protected override int MaxTokens => Longest;

        protected override void Run(IReadOnlyList<EncodedText> texts, Span<float> numbers)
        {
            Interlocked.Increment(ref _batches);
            Interlocked.Add(ref _texts, texts.Count);
            int sum = texts.Sum(text => text.Ids.Length), padded = texts.Count * texts.Max(text => text.Ids.Length);
            Interlocked.Add(ref _tokens, padded);
            Interlocked.Add(ref _padding, padded - sum);
            for (int i = 0; i < texts.Count; i++)
                numbers[i] = texts[i].Ids.Length;
        }

        public override Delegate[] CreateGetters(Func<ReadOnlyMemory<float>> numbers) =>
        [
            (ValueGetter<float>)((ref float value) => value = numbers().Span[0]),
            (ValueGetter<float>)((ref float value) => value = 2 * numbers().Span[0]),
        ];

        public override void Cut(int texts, long? rows) => Cuts.Add((texts, rows));
    }

    /// <summary>Data that isn't there a second time.</summary>
    private sealed class OncePassed(IDataView source) : IDataView
    {
        public int Cursors { get; private set; }

        public bool CanShuffle => false;

        public DataViewSchema Schema => source.Schema;

        public long? GetRowCount() => null;

        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
        {
            Assert.Equal(1, ++Cursors);
            return source.GetRowCursor(columnsNeeded);
        }

        public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
            [GetRowCursor(columnsNeeded, rand)];
    }
}
