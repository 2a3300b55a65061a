namespace Microsoft.ML.Data;

public sealed partial class TextLoader
{
    /// <summary>Columns of a text file, counted from 0.</summary>
    public sealed class Range
    {
        /// <summary>The first column.</summary>
        public int Min;

        /// <summary>The last column, included; null where it is set by the rest.</summary>
        public int? Max;

        /// <summary>Whether the range ends with the file's columns, counted in a sample of the file.</summary>
        public bool AutoEnd;

        /// <summary>Whether the range ends with each line: not supported.</summary>
        public bool VariableEnd;

        /// <summary>Whether these are all columns that nothing else loads.</summary>
        public bool AllOther;

        /// <summary>Whether a range of one column makes a vector too.</summary>
        public bool ForceVector;

        /// <summary>The column 0.</summary>
        public Range()
        {
        }

        /// <summary>One column.</summary>
        public Range(int index)
        {
            Contracts.CheckParam(index >= 0, nameof(index), "Must be non-negative");
            Min = index;
            Max = index;
        }

        /// <summary>
        /// Columns <paramref name="min"/> to <paramref name="max"/>, both included; null: to the end of the file's columns.
        /// </summary>
        public Range(int min, int? max)
        {
            Contracts.CheckParam(min >= 0, nameof(min), "Must be non-negative");
            Contracts.CheckParam(max is null || max >= min, nameof(max), "If specified, must be greater than or equal to min");
            Min = min;
            Max = max;
            AutoEnd = max is null;
        }
    }
}
