using Microsoft.ML.Data;
using Microsoft.ML.KappaTune.Scanning;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.TextClassification;

/// <summary>
/// The columns that a text model adds to rows of text: all are made from some numbers, which the model finds for several rows at once.
/// Any number of threads may use it.
/// </summary>
internal abstract class TextFunction(string textColumn, string? pairColumn, string textRole, string pairRole) : RowFunction
{
    private readonly ColumnSpec[] _inputs = pairColumn is null
        ? [Text(textColumn, textRole)]
        : [Text(textColumn, textRole), Text(pairColumn, pairRole)];

    /// <summary>The text's column and, where the model is for pairs, that of the second text.</summary>
    public override IReadOnlyList<ColumnSpec> Inputs => _inputs;

    /// <summary>The numbers of one row.</summary>
    public abstract int Width { get; }

    /// <summary>Texts to tokens, cut to what the model can take.</summary>
    public abstract EncodedText Encode(string text, string? pair);

    /// <summary>Finds the numbers of all texts, row by row.</summary>
    public abstract void Compute(IReadOnlyList<EncodedText> texts, Span<float> numbers);

    /// <summary>A getter a column, in the order of <see cref="RowFunction.Outputs"/>.</summary>
    /// <param name="numbers">Gives the numbers of the row as it is when a getter is called.</param>
    public abstract Delegate[] CreateGetters(Func<ReadOnlyMemory<float>> numbers);

    /// <summary>Hears of a cursor that has ended, or null for single rows: how many texts had to be cut.</summary>
    public abstract void Cut(int texts, long? rows);

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
        return CreateGetters(() => current.Value);
    }

    private static ColumnSpec Text(string column, string role) => new(column, TextDataViewType.Instance, Role: role);
}
