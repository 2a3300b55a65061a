using KappaTune.Cli.Files;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace KappaTune.Cli.Data;

/// <summary>A recording, and what is said in it.</summary>
/// <param name="Name">The file, as it was named.</param>
/// <param name="Path">Where it is.</param>
internal readonly record struct SaidFile(string Name, string Path, string Said);

/// <summary>Tables of recordings and what is said in them, to learn from and to measure with.</summary>
internal static class SpeechTable
{
    /// <param name="file">The table.</param>
    /// <param name="folder">The folder that files are in, as <see cref="FolderOf"/> gives it.</param>
    /// <param name="column">The column of files.</param>
    /// <param name="said">The column of what is said in them.</param>
    /// <exception cref="FormatException">There are no rows, or a column isn't there.</exception>
    public static IReadOnlyList<SaidFile> Read(TableFile file, string folder, string column, string said)
    {
        TextLoader.Column[] columns =
        [
            new("File", DataKind.String, PlaceOf(file, column)),
            new("Said", DataKind.String, file.IndexOf(said, "Name the right one with --said.")),
        ];
        IDataView rows = file.Load(new MLContext(), columns);
        SaidFile[] files =
        [
            .. rows.GetColumn<string>("File").Zip(
                rows.GetColumn<string>("Said"), (name, text) => new SaidFile(name, Resolve(folder, name), text)),
        ];
        return files.Length > 0
            ? files
            : throw new FormatException($"{file.Name} has no rows below its first line, which names the columns. Add some.");
    }

    /// <summary>Where a table's column of files is.</summary>
    /// <exception cref="FormatException">There is no such column.</exception>
    public static int PlaceOf(TableFile file, string column) => file.IndexOf(column, "Name the right one with --file.");

    /// <summary>Rows with columns of these names.</summary>
    public static IDataView ToDataView(MLContext mlContext, IReadOnlyList<SaidFile> files, string column, string said)
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Path)].ColumnName = column;
        schema[nameof(Row.Said)].ColumnName = said;
        return mlContext.Data.LoadFromEnumerable(files.Select(file => new Row { Path = file.Path, Said = file.Said }).ToArray(), schema);
    }

    /// <summary>The folder that a table's paths start from: its own, or the working one of what is no file on the disk.</summary>
    /// <param name="option">What names the table.</param>
    /// <param name="name">What it is called on the command line.</param>
    public static string FolderOf(Option option, string name) =>
        new NamedFile(option, name).CanBeReadAgain ? Path.GetDirectoryName(name) ?? "" : "";

    /// <summary>Where a file of a table is. What is empty stays so: there is no file.</summary>
    public static string Resolve(string folder, string name) => name.Length == 0 ? "" : Path.Combine(folder, name);

    private sealed class Row
    {
        public string Path { get; set; } = "";

        public string Said { get; set; } = "";
    }
}
