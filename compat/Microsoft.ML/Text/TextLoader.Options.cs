namespace Microsoft.ML.Data;

public sealed partial class TextLoader
{
    /// <summary>How a text file is read.</summary>
    public class Options
    {
        /// <summary>Whether a field in double quotes can hold separators. Default: false.</summary>
        public bool AllowQuoting;

        /// <summary>Whether <c>index:value</c> fields stand for the columns that aren't zero. Default: false.</summary>
        public bool AllowSparse;

        /// <summary>The number of columns of the file; needed for sparse lines that don't give it. Default: as found.</summary>
        public int? InputSize;

        /// <summary>What stands between fields. Default: tab.</summary>
        public char[] Separators = ['\t'];

        /// <summary>What stands before decimals: <c>.</c> or <c>,</c>. Default: <c>.</c></summary>
        public char DecimalMarker = '.';

        /// <summary>
        /// What to load. Default: as comments at the file's start say, else column 0 as Label and the others as Features.
        /// </summary>
        public Column[]? Columns;

        /// <summary>
        /// Whether white space at the end of an unquoted field is left out; spaces at its start always are. Default: false.
        /// </summary>
        public bool TrimWhitespace;

        /// <summary>A file whose first line names the columns, instead of the file itself. Default: none.</summary>
        public string? HeaderFile;

        /// <summary>The most rows to load. Default: all.</summary>
        public long? MaxRows;

        /// <summary>Whether the first line names the columns. Default: false.</summary>
        public bool HasHeader;

        /// <summary>Kept for its meaning elsewhere: reading is the same either way. Default: true.</summary>
        public bool UseThreads = true;

        /// <summary>Whether a quoted field can go on in the next line. Default: false.</summary>
        public bool ReadMultilines;

        /// <summary>What makes a quote inside a quoted field a part of it. Default: <c>"</c>, so that two of them are one.</summary>
        public char EscapeChar = '"';

        /// <summary>Whether an empty number of floating point is NaN rather than 0. Default: false.</summary>
        public bool MissingRealsAsNaNs;

        /// <summary>The defaults.</summary>
        public Options()
        {
        }

        internal Options Clone() => (Options)MemberwiseClone();
    }
}
