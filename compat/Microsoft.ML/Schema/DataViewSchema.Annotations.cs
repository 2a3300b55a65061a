using Microsoft.ML.Data;

namespace Microsoft.ML;

public sealed partial class DataViewSchema
{
    /// <summary>Facts about a column: a schema of its own, one column a kind of fact, with a value each.</summary>
    public sealed partial class Annotations
    {
        private readonly Delegate[] _getters;

        private Annotations(DataViewSchema schema, Delegate[] getters)
        {
            Schema = schema;
            _getters = getters;
        }

        /// <summary>No facts.</summary>
        public static Annotations Empty { get; } = new(new DataViewSchema([]), []);

        /// <summary>The kinds of facts and their types.</summary>
        public DataViewSchema Schema { get; }

        /// <summary>A getter of the value of a kind.</summary>
        /// <typeparam name="TValue">The raw type of the kind, exactly.</typeparam>
        /// <param name="column">A column of <see cref="Schema"/>.</param>
        public ValueGetter<TValue> GetGetter<TValue>(Column column)
        {
            Contracts.CheckParam(column.Index < _getters.Length, nameof(column), "requested column not active");
            return _getters[column.Index] as ValueGetter<TValue> ?? throw GetterExceptions.WrongType<TValue>(column);
        }

        /// <summary>
        /// Fills <paramref name="value"/> with the value of <paramref name="kind"/>; InvalidOperationException where
        /// there's none.
        /// </summary>
        /// <typeparam name="TValue">The raw type of the kind, exactly.</typeparam>
        public void GetValue<TValue>(string kind, ref TValue value)
        {
            Column column = Schema.GetColumnOrNull(kind) ?? throw AnnotationUtils.ExceptGetAnnotation();
            GetGetter<TValue>(column)(ref value);
        }

        /// <inheritdoc/>
        public override string ToString() => string.Join(", ", Schema.Select(column => column.Name));
    }
}
