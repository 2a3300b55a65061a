using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>Collects the values of a column, row by row.</summary>
internal abstract class VocabularyBuilder
{
    /// <summary>Starts a builder for a column with values, or with vectors of them.</summary>
    /// <param name="row">The row that <see cref="AddRow"/> reads.</param>
    /// <param name="column">The column.</param>
    /// <param name="limit">How many values to keep: the first ones.</param>
    public static VocabularyBuilder Create(DataViewRow row, DataViewSchema.Column column, int limit) =>
        Generic.Invoke<VocabularyBuilder>(CreateTyped<int>, column.Type.GetItemType().RawType, row, column, limit);

    public abstract void AddRow();

    public abstract Vocabulary Build(ValueToKeyMappingEstimator.KeyOrdinality keyOrdinality);

    private static VocabularyBuilder CreateTyped<T>(DataViewRow row, DataViewSchema.Column column, int limit) where T : notnull =>
        new Typed<T>(row, column, limit);

    private sealed class Typed<T> : VocabularyBuilder where T : notnull
    {
        private readonly PrimitiveDataViewType _itemType;
        private readonly ItemKind<T> _kind;
        private readonly HashSet<T> _seen;
        private readonly List<T> _values = [];
        private readonly int _limit;
        private readonly ValueGetter<T>? _getter;
        private readonly ValueGetter<VBuffer<T>>? _vectorGetter;
        private VBuffer<T> _vector;
        private T _value = default!;

        public Typed(DataViewRow row, DataViewSchema.Column column, int limit)
        {
            _itemType = (PrimitiveDataViewType)column.Type.GetItemType();
            _kind = ItemKind<T>.Of(_itemType);
            _seen = new HashSet<T>(_kind.Equality);
            _limit = limit;
            if (column.Type is VectorDataViewType)
                _vectorGetter = row.GetGetter<VBuffer<T>>(column);
            else
                _getter = row.GetGetter<T>(column);
        }

        public override void AddRow()
        {
            if (_values.Count == _limit)
                return;
            if (_getter is not null)
            {
                _getter(ref _value);
                Add(_value);
                return;
            }

            _vectorGetter!(ref _vector);
            foreach (T value in _vector.DenseValues())
                Add(value);
        }

        public override Vocabulary Build(ValueToKeyMappingEstimator.KeyOrdinality keyOrdinality)
        {
            if (keyOrdinality == ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
                _values.Sort(_kind.Order);
            return new Vocabulary<T>(_itemType, [.. _values]);
        }

        private void Add(T value)
        {
            if (_values.Count == _limit || _kind.IsMissing(value) || _seen.Contains(value))
                return;
            T kept = _kind.Copy(value);
            _seen.Add(kept);
            _values.Add(kept);
        }
    }
}
