namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The elements an index expression names: numbers, ranges, masks, tensors of places.</summary>
        [System.Runtime.CompilerServices.IndexerName("TensorItems")]
        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        /// <summary>The elements at the places that tensors name together.</summary>
        [System.Runtime.CompilerServices.IndexerName("TensorItems")]
        public Tensor this[params Tensor[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        /// <summary>The place <paramref name="i1"/> of the first dimension.</summary>
        [System.Runtime.CompilerServices.IndexerName("TensorItems")]
        public Tensor this[long i1]
        {
            get => At([i1]);
            set => Put([i1], value);
        }

        /// <summary>A place of the first two dimensions.</summary>
        [System.Runtime.CompilerServices.IndexerName("TensorItems")]
        public Tensor this[long i1, long i2]
        {
            get => At([i1, i2]);
            set => Put([i1, i2], value);
        }

        /// <summary>A place of the first three dimensions.</summary>
        [System.Runtime.CompilerServices.IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3]
        {
            get => At([i1, i2, i3]);
            set => Put([i1, i2, i3], value);
        }

        /// <summary>A place of the first four dimensions.</summary>
        [System.Runtime.CompilerServices.IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3, long i4]
        {
            get => At([i1, i2, i3, i4]);
            set => Put([i1, i2, i3, i4], value);
        }

        /// <summary>A place of the first dimensions.</summary>
        [System.Runtime.CompilerServices.IndexerName("TensorItems")]
        public Tensor this[params long[] indices]
        {
            get => At(indices);
            set => Put(indices, value);
        }

        /// <summary>The elements an index expression names.</summary>
        public Tensor index(params TensorIndex[] indices)
        {
            using var expression = new IndexExpression(indices);
            return Native.Tensor(Native.ts_index(SafeHandle, expression.Entries, expression.Entries.Length));
        }

        /// <summary>The elements at the places that tensors name together.</summary>
        public Tensor index(params Tensor[] indices) => index(Places(indices));

        /// <summary>Writes <paramref name="value"/>, broadcast, to the elements an index expression names.</summary>
        public Tensor index_put_(Tensor value, params TensorIndex[] indices)
        {
            using var expression = new IndexExpression(indices);
            return Changed(Native.ts_index_put_(SafeHandle, expression.Entries, expression.Entries.Length, value.SafeHandle));
        }

        /// <summary>Writes <paramref name="value"/>, broadcast, to the places that tensors name together.</summary>
        public Tensor index_put_(Tensor value, params Tensor[] indices) => index_put_(value, Places(indices));

        /// <summary>Writes a number to the elements an index expression names.</summary>
        public Tensor index_put_(Scalar value, params TensorIndex[] indices)
        {
            using var expression = new IndexExpression(indices);
            return Changed(Native.ts_index_put_scalar_(SafeHandle, expression.Entries, expression.Entries.Length, value.Value));
        }

        /// <summary>Writes a number to the places that tensors name together.</summary>
        public Tensor index_put_(Scalar value, params Tensor[] indices) => index_put_(value, Places(indices));

        private static TensorIndex[] Places(Tensor[] indices) => Array.ConvertAll(indices, TensorIndex.Tensor);

        private Tensor At(ReadOnlySpan<long> place)
        {
            Span<IndexEntry> entries = stackalloc IndexEntry[place.Length];
            IndexEntry.Fill(entries, place);
            return Native.Tensor(Native.ts_index(SafeHandle, entries, entries.Length));
        }

        private void Put(ReadOnlySpan<long> place, Tensor value)
        {
            Span<IndexEntry> entries = stackalloc IndexEntry[place.Length];
            IndexEntry.Fill(entries, place);
            Native.Check(Native.ts_index_put_(SafeHandle, entries, entries.Length, value.SafeHandle));
        }
    }
}
