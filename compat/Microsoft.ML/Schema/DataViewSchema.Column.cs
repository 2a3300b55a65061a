using Microsoft.ML.Data;

namespace Microsoft.ML;

public sealed partial class DataViewSchema
{
    /// <summary>A column in its schema.</summary>
    public readonly struct Column
    {
        internal Column(string name, int index, bool isHidden, DataViewType type, Annotations annotations)
        {
            Name = name;
            Index = index;
            IsHidden = isHidden;
            Type = type;
            Annotations = annotations;
        }

        /// <summary>The name.</summary>
        public string Name { get; }

        /// <summary>The place in the schema.</summary>
        public int Index { get; }

        /// <summary>Whether a later column of the same name hides this one.</summary>
        public bool IsHidden { get; }

        /// <summary>The type.</summary>
        public DataViewType Type { get; }

        /// <summary>Facts about the column, such as key values and slot names.</summary>
        public Annotations Annotations { get; }

        /// <inheritdoc/>
        public override string ToString() => Annotations is { Schema.Count: > 0 }
            ? $"{Name}: {Type} {{{string.Join(", ", Annotations.Schema.Select(kind => kind.Name))}}}"
            : $"{Name}: {Type}";
    }

    /// <summary>A column outside of any schema: what schemas are built from.</summary>
    public readonly struct DetachedColumn
    {
        /// <summary>Makes a column.</summary>
        public DetachedColumn(string name, DataViewType type, Annotations? annotations = null)
        {
            Contracts.CheckNonEmpty(name, nameof(name));
            Contracts.CheckValue(type, nameof(type));
            Name = name;
            Type = type;
            Annotations = annotations ?? Annotations.Empty;
        }

        /// <summary>Takes a column out of its schema.</summary>
        public DetachedColumn(Column column)
        {
            Name = column.Name;
            Type = column.Type;
            Annotations = column.Annotations;
        }

        /// <summary>The name.</summary>
        public string Name { get; }

        /// <summary>The type.</summary>
        public DataViewType Type { get; }

        /// <summary>Facts about the column.</summary>
        public Annotations Annotations { get; }
    }
}
