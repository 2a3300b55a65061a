namespace Microsoft.ML.Data;

public sealed partial class SchemaDefinition
{
    /// <summary>A column and its member.</summary>
    public sealed class Column
    {
        private readonly List<DataViewSchema.Annotations> _annotations = [];

        internal Column(string memberName, DataViewType columnType, string columnName)
        {
            Contracts.CheckNonEmpty(memberName, nameof(memberName));
            MemberName = memberName;
            ColumnType = columnType;
            ColumnName = columnName;
        }

        /// <summary>The member's name.</summary>
        public string MemberName { get; }

        /// <summary>The column's name.</summary>
        public string ColumnName { get; set; }

        /// <summary>The column's type; its raw type is the member's.</summary>
        public DataViewType ColumnType { get; set; }

        /// <summary>The column's annotations.</summary>
        public DataViewSchema.Annotations Annotations
        {
            get
            {
                var builder = new DataViewSchema.Annotations.Builder();
                foreach (DataViewSchema.Annotations annotations in _annotations)
                    builder.Add(annotations, _ => true);
                return builder.ToAnnotations();
            }
        }

        /// <summary>Adds an annotation.</summary>
        /// <typeparam name="T">The raw type, a string for text, or an array for a vector.</typeparam>
        /// <param name="kind">Its kind.</param>
        /// <param name="value">Its value.</param>
        /// <param name="annotationType">Its type.</param>
        public void AddAnnotation<T>(string kind, T value, DataViewType annotationType)
        {
            Contracts.CheckValue(annotationType, nameof(annotationType));
            Contracts.CheckParam(!Annotations.Schema.Any(column => column.Name == kind), nameof(kind),
                $"Column already contains an annotation of kind {kind}");
            var builder = new DataViewSchema.Annotations.Builder();
            builder.Add(kind, annotationType, RowMember.ConstantGetter(value, annotationType));
            _annotations.Add(builder.ToAnnotations());
        }

        internal void AddAnnotations(DataViewSchema.Annotations annotations) => _annotations.Add(annotations);
    }
}
