using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Tokenization;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.KappaTune.Rows;

/// <summary>
/// The columns that a text model adds to rows of text: all are made from some numbers, which the model finds for several rows at once.
/// Any number of threads may use it.
/// </summary>
/// <param name="inputs">The text's column and, where the model is for pairs, that of the second text.</param>
/// <param name="threads">Threads of the tensor library where many rows are computed at once; 0 for all cores.</param>
/// <param name="host">Where texts that had to be cut are noted.</param>
internal abstract class TextFunction(IReadOnlyList<ColumnSpec> inputs, int threads, IHost host) : AheadFunction
{
    private int _hasNoted;

    public override IReadOnlyList<ColumnSpec> Inputs => inputs;

    /// <summary>The numbers of one row.</summary>
    public abstract int Width { get; }

    /// <summary>Rows of a batch, at most.</summary>
    public virtual int MaximumRows => 128;

    /// <summary>Tokens of the longest text, special ones included.</summary>
    protected abstract int MaxTokens { get; }

    /// <summary>Texts to tokens, cut to what the model can take.</summary>
    public abstract EncodedText Encode(string text, string? pair);

    /// <summary>The same of one of many rows, which an error may name.</summary>
    /// <param name="row">Its place among them, from 0.</param>
    public virtual EncodedText EncodeRow(long row, string text, string? pair) => Encode(text, pair);

    public override RowWindow NewWindow(DataViewRow input, IReadOnlyList<DataViewSchema.Column> columns) =>
        new TextRows(this, new TextColumns(input, columns));

    /// <summary>Finds the numbers of all texts, row by row.</summary>
    public void Compute(IReadOnlyList<EncodedText> texts, Span<float> numbers)
    {
        if (texts.Count == 1)
        {
            // Many callers may be at it: how many threads each gets is the model's affair.
            Run(texts, numbers);
            return;
        }

        using var setting = new ThreadSetting(threads);
        Run(texts, numbers);
    }

    /// <summary>A getter a column, in the order of <see cref="RowFunction.Outputs"/>.</summary>
    /// <param name="numbers">Gives the numbers of the row as it is when a getter is called.</param>
    public abstract Delegate[] CreateGetters(Func<ReadOnlyMemory<float>> numbers);

    /// <summary>A getter a column that is made of a row's own texts: such columns are behind those that are made of numbers.</summary>
    /// <param name="row">The row, or a cursor.</param>
    /// <param name="texts">Gives the row's texts as it is when a getter is called.</param>
    public virtual Delegate[] CreateTextGetters(DataViewRow row, Func<(string Text, string? Pair)> texts) => [];

    /// <summary>
    /// Notes how many texts had to be cut, of a cursor's rows; null for rows by themselves, of which only the first is noted.
    /// </summary>
    public virtual void Cut(int texts, long? rows)
    {
        if (rows is null && Interlocked.Exchange(ref _hasNoted, 1) != 0)
            return;
        Warn(rows is null
            ? $"A text was longer than the model's {MaxTokens} tokens and was cut; others that are scored one by one won't be reported."
            : $"{texts} of {rows} texts were longer than the model's {MaxTokens} tokens and were cut.");
    }

    public override Delegate[] CreateGetters(DataViewRow row, DataViewSchema.Column[] inputs)
    {
        var reader = new TextColumns(row, inputs);
        var current = new PerRow<float[]>(row, () =>
        {
            (string text, string? pair) = reader.Read();
            EncodedText encoded = Encode(text, pair);
            if (encoded.Truncated)
                Cut(1, null);
            var numbers = new float[Width];
            Compute([encoded], numbers);
            return numbers;
        });
        return [.. CreateGetters(() => current.Value), .. CreateTextGetters(row, reader.Read)];
    }

    /// <summary>The model itself.</summary>
    protected abstract void Run(IReadOnlyList<EncodedText> texts, Span<float> numbers);

    /// <summary>Warns in the log.</summary>
    protected void Warn(string message)
    {
        using IChannel channel = host.Start("Text");
        channel.Warning(MessageSensitivity.None, message);
    }

    /// <summary>The getter of a column with all numbers.</summary>
    protected static ValueGetter<VBuffer<float>> VectorGetter(Func<ReadOnlyMemory<float>> numbers) => (ref VBuffer<float> value) =>
    {
        ReadOnlySpan<float> row = numbers().Span;
        VBufferEditor<float> editor = VBufferEditor.Create(ref value, row.Length);
        row.CopyTo(editor.Values);
        value = editor.Commit();
    };
}
