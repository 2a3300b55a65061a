using Microsoft.ML.Data;

namespace KappaTune.Cli.Data;

/// <summary>The rows of one table, for TextLoader.</summary>
internal sealed class TableSource(Func<TableRecords> open) : IMultiStreamSource
{
    public int Count => 1;

    public string GetPathOrNull(int index) => null!;

    public Stream Open(int index) => throw new NotSupportedException("The rows are read as lines.");

    public TextReader OpenTextReader(int index) => new TableLines(open());
}
