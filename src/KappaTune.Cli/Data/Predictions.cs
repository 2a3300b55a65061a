using KappaTune.Cli.Output;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace KappaTune.Cli.Data;

/// <summary>A file's rows and what a model says about them, made as they are written.</summary>
internal sealed class Predictions
{
    private readonly TableFile _file;
    private readonly ScoringModel _model;
    private readonly MLContext _mlContext;
    private readonly TextLoader.Column[] _columns;

    /// <exception cref="FormatException">A column is missing, or has the name of one to be added.</exception>
    public Predictions(MLContext mlContext, ScoringModel model, TableFile file)
    {
        _mlContext = mlContext;
        _file = file;
        _model = model;
        if (PredictionWriter.AddedColumns(model.Classes).FirstOrDefault(name => file.Columns.Contains(name)) is { } taken)
        {
            throw new FormatException(PlainText.OneLine(
                $"{file.Name} has a column \"{taken}\" already, which is to be added. Rename it, or leave it out."));
        }

        _columns = [.. model.Inputs(file), .. file.Columns.Select((_, i) => new TextLoader.Column(Field(i), DataKind.String, i))];
    }

    /// <summary>Reads, scores and writes the rows: those of a stream as they come.</summary>
    public void Write(PredictionWriter writer, CancellationToken cancellationToken)
    {
        writer.WriteHeader(_file.Columns, _model.Classes);
        foreach (IDataView rows in _file.LoadPortions(_mlContext, _columns, cancellationToken))
        {
            Write(_model.Transform(rows), writer, cancellationToken);
            writer.Flush();
        }
    }

    private void Write(IDataView scored, PredictionWriter writer, CancellationToken cancellationToken)
    {
        DataViewSchema schema = scored.Schema;
        DataViewSchema.Column[] fields = [.. _file.Columns.Select((_, i) => schema[Field(i)])];
        using DataViewRowCursor cursor = scored.GetRowCursor([.. fields, schema[ScoringModel.Score]]);
        ValueGetter<ReadOnlyMemory<char>>[] fieldGetters = Array.ConvertAll(fields, cursor.GetGetter<ReadOnlyMemory<char>>);
        ValueGetter<VBuffer<float>> scoreGetter = cursor.GetGetter<VBuffer<float>>(schema[ScoringModel.Score]);
        var values = new string[fields.Length];
        var scores = new float[_model.Classes.Count];
        VBuffer<float> score = default;
        ReadOnlyMemory<char> text = default;
        while (cursor.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (int i = 0; i < values.Length; i++)
            {
                fieldGetters[i](ref text);
                values[i] = text.ToString();
            }

            scoreGetter(ref score);
            score.CopyTo(scores);
            writer.WriteRow(values, _model.Classes[Array.IndexOf(scores, scores.Max())], scores);
        }
    }

    // All columns of the file once more as they are, under names that a model's own hardly have.
    private static string Field(int index) => $"kappatune field {index}";
}
