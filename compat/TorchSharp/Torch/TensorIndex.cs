namespace TorchSharp;

public static partial class torch
{
    /// <summary>One entry of an index expression: a number, a range, a mask, a tensor of places, a new dimension or "the rest".</summary>
    public struct TensorIndex
    {
        internal IndexEntry Entry;
        internal Tensor? Places;

        /// <summary>All dimensions not named by the other entries.</summary>
        public static TensorIndex Ellipsis = new() { Entry = { Type = IndexEntry.Kind.Ellipsis } };

        /// <summary>A new dimension of size 1.</summary>
        public static TensorIndex None = new() { Entry = { Type = IndexEntry.Kind.None } };

        /// <summary>A new dimension of size 1.</summary>
        public static TensorIndex Null = None;

        /// <summary>All places of a dimension.</summary>
        public static TensorIndex Colon = Slice();

        /// <summary>One place of a dimension, which goes; negative counts from the end, null is a new dimension.</summary>
        public static TensorIndex Single(long? index) =>
            index is { } place ? new() { Entry = { Type = IndexEntry.Kind.Integer, Start = place } } : None;

        /// <summary>A new dimension, of size 1 if true, else 0.</summary>
        public static TensorIndex Bool(bool value) => new() { Entry = { Type = IndexEntry.Kind.Boolean, Start = value ? 1 : 0 } };

        /// <summary>The places a tensor of Int64 names, or where a tensor of Bool is true.</summary>
        public static TensorIndex Tensor(Tensor tensor) => new() { Entry = { Type = IndexEntry.Kind.Tensor }, Places = tensor };

        /// <summary>Places from <paramref name="start"/> to before <paramref name="stop"/>; negative counts from the end.</summary>
        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) => new()
        {
            Entry = { Type = IndexEntry.Kind.Slice, Start = start ?? 0, Stop = stop ?? long.MaxValue, Step = step ?? 1 },
        };

        /// <summary>Places of a range; <c>^n</c> counts from the end.</summary>
        public static TensorIndex Slice(Range range) =>
            Slice(Place(range.Start), range.End is { IsFromEnd: true, Value: 0 } ? null : Place(range.End));

        /// <summary>Places from the first number to before the second.</summary>
        public static TensorIndex Slice((int? start, int? end) range) => Slice(range.start, range.end);

        /// <summary>One place of a dimension.</summary>
        public static implicit operator TensorIndex(long value) => Single(value);

        /// <summary>One place of a dimension.</summary>
        public static implicit operator TensorIndex(Index index) => Single(Place(index));

        /// <summary>Places of a range.</summary>
        public static implicit operator TensorIndex(Range range) => Slice(range);

        /// <summary>Places from the first number to before the second.</summary>
        public static implicit operator TensorIndex((int? start, int? end) range) => Slice(range);

        private static long Place(Index index) => index.IsFromEnd ? -index.Value : index.Value;
    }
}
