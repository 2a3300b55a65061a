namespace Microsoft.ML.Data;

/// <summary>
/// The rows of <paramref name="input"/> in random order: a pool of rows is kept filled from the input, and each row given
/// is one at random out of it. A seed gives the same order at each reading.
/// </summary>
/// <param name="input">The rows.</param>
/// <param name="seed">Fixes the order.</param>
/// <param name="poolSize">How many rows are kept.</param>
/// <param name="shuffleSource">Whether the input is also asked to shuffle, where it can.</param>
internal sealed class ShuffledRows(IDataView input, int seed, int poolSize, bool shuffleSource) : IDataView
{
    public bool CanShuffle => true;

    public DataViewSchema Schema => input.Schema;

    public long? GetRowCount() => input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = ColumnSet.Mask(Schema, columnsNeeded);
        var random = new Random(rand?.Next() ?? seed);
        Random? sourceRandom = shuffleSource && input.CanShuffle ? new Random(random.Next()) : null;
        return new Cursor(input.GetRowCursor(ColumnSet.Columns(Schema, active), sourceRandom), active, random, poolSize);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : LinkedCursor
    {
        private readonly Random _random;
        private readonly int _poolSize;
        private readonly ValueStore?[] _stores;
        private readonly ValueStore<DataViewRowId> _ids;

        // The slots of the pool: those of rows to come, then, once the input has ended, those already given.
        private readonly List<int> _slots = [];
        private int _waiting;
        private int _current = -1;
        private bool _inputEnded;

        public Cursor(DataViewRowCursor input, bool[] active, Random random, int poolSize) : base(input, active)
        {
            _random = random;
            _poolSize = poolSize;
            _stores = [.. active.Select((isActive, index) => isActive ? ValueStore.Create(input, input.Schema[index]) : null)];
            _ids = new ValueStore<DataViewRowId>(input.GetIdGetter());
        }

        public override long Batch => 0;

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ValueGetter<DataViewRowId>)_ids.Getter(Slot);

        protected override Delegate GetGetterCore<TValue>(DataViewSchema.Column column) => _stores[column.Index]!.Getter(Slot);

        protected override bool MoveNextCore()
        {
            while (!_inputEnded && _waiting < _poolSize)
                Refill();
            if (_waiting == 0)
                return false;

            // The row given leaves the rows that wait, and its slot is the next to be refilled.
            int chosen = _random.Next(_waiting);
            _waiting--;
            (_slots[chosen], _slots[_waiting]) = (_slots[_waiting], _slots[chosen]);
            _current = _slots[_waiting];
            return true;
        }

        private void Refill()
        {
            if (!Input.MoveNext())
            {
                _inputEnded = true;
                return;
            }

            if (_waiting == _slots.Count)
                _slots.Add(_slots.Count);
            int slot = _slots[_waiting++];
            _ids.Load(slot);
            foreach (ValueStore? store in _stores)
                store?.Load(slot);
        }

        private int Slot()
        {
            Contracts.Check(Position >= 0, "Cannot use getter with cursor in this state");
            return _current;
        }
    }
}
