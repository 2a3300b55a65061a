using System.Text;
using Microsoft.ML.Data;

namespace Microsoft.ML;

public static partial class TextLoaderSaverCatalog
{
    /// <summary>Writes data as text that can be loaded again.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="data">The data.</param>
    /// <param name="stream">Where to; stays open.</param>
    /// <param name="separatorChar">What stands between fields.</param>
    /// <param name="headerRow">Whether to write the columns' names first.</param>
    /// <param name="schema">Whether to write comments that tell a loader the columns' types.</param>
    /// <param name="keepHidden">Whether to write hidden columns too.</param>
    /// <param name="forceDense">Whether to write rows of mostly zeros in full, rather than as <c>index:value</c>.</param>
    public static void SaveAsText(
        this DataOperationsCatalog catalog, IDataView data, Stream stream, char separatorChar = '\t', bool headerRow = true,
        bool schema = true, bool keepHidden = false, bool forceDense = false)
    {
        Contracts.CheckValue(catalog, nameof(catalog));
        Contracts.CheckValue(data, nameof(data));
        Contracts.CheckValue(stream, nameof(stream));
        using var writer = new StreamWriter(
            stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
        new TextSaver(writer, separatorChar, forceDense).Save(
            data, [.. data.Schema.Where(column => keepHidden || !column.IsHidden)], headerRow, schema);
    }
}
