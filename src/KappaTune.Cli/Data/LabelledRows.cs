using Microsoft.ML;
using Microsoft.ML.Data;

namespace KappaTune.Cli.Data;

/// <summary>Which columns of a file are what.</summary>
internal sealed record TextColumns(string Label, string Text, string? Text2);

/// <summary>A file with texts and labels, to train on or to measure with.</summary>
internal sealed record LabelledRows(TableFile File, IDataView Rows, LabelColumn Labels)
{
    /// <exception cref="FormatException">The file is empty, or a column isn't there.</exception>
    public static LabelledRows Read(MLContext mlContext, TableFile file, TextColumns columns, CancellationToken cancellationToken)
    {
        (string Name, string Option)[] wanted = [(columns.Label, "--label"), (columns.Text, "--text"), (columns.Text2 ?? "", "--text2")];
        IDataView rows = file.Load(mlContext, wanted.Where(column => column.Name.Length > 0).Select(column =>
            new TextLoader.Column(column.Name, DataKind.String, file.IndexOf(column.Name, $"Name the right one with {column.Option}."))));
        return new(file, rows, LabelColumn.Read(file, rows, columns.Label, columns.Label, cancellationToken));
    }
}
