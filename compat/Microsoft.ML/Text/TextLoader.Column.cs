namespace Microsoft.ML.Data;

public sealed partial class TextLoader
{
    /// <summary>A column to load.</summary>
    public sealed class Column
    {
        /// <summary>The name.</summary>
        public string Name = null!;

        /// <summary>Where it is in the file; several ranges, or a range of several columns, make a vector.</summary>
        public Range[] Source = null!;

        /// <summary>Makes the column one of keys for so many values; the file holds 0-based indices.</summary>
        public KeyCount? KeyCount;

        /// <summary>A column to be filled in, of single-precision numbers.</summary>
        public Column()
        {
        }

        /// <summary>One column of the file.</summary>
        public Column(string name, DataKind dataKind, int index) : this(name, dataKind, [new Range(index)])
        {
        }

        /// <summary>Columns <paramref name="minIndex"/> to <paramref name="maxIndex"/>, both included, as a vector.</summary>
        public Column(string name, DataKind dataKind, int minIndex, int maxIndex) : this(name, dataKind, [new Range(minIndex, maxIndex)])
        {
        }

        /// <summary>Several ranges of columns.</summary>
        public Column(string name, DataKind dataKind, Range[] source, KeyCount? keyCount = null)
        {
            Contracts.CheckValue(name, nameof(name));
            Contracts.CheckValue(source, nameof(source));
            Name = name;
            DataKind = dataKind;
            Source = source;
            KeyCount = keyCount;
        }

        /// <summary>The kind of values.</summary>
        public DataKind DataKind { get; set; } = DataKind.Single;
    }
}
