namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>True where this is equal to <paramref name="target"/>.</summary>
        public Tensor eq(Tensor target) => Native.Tensor(Native.ts_eq(SafeHandle, target.SafeHandle));

        /// <inheritdoc cref="eq(Tensor)"/>
        public Tensor eq(Scalar target) => Native.Tensor(Native.ts_eq_scalar(SafeHandle, target.Value));

        /// <inheritdoc cref="eq(Tensor)"/>
        /// <remarks>In place.</remarks>
        public Tensor eq_(Tensor target) => Changed(Native.ts_eq_(SafeHandle, target.SafeHandle));

        /// <inheritdoc cref="eq(Tensor)"/>
        /// <remarks>In place.</remarks>
        public Tensor eq_(Scalar target) => Changed(Native.ts_eq_scalar_(SafeHandle, target.Value));

        /// <summary>True where this is different from <paramref name="target"/>.</summary>
        public Tensor ne(Tensor target) => Native.Tensor(Native.ts_ne(SafeHandle, target.SafeHandle));

        /// <inheritdoc cref="ne(Tensor)"/>
        public Tensor ne(Scalar target) => Native.Tensor(Native.ts_ne_scalar(SafeHandle, target.Value));

        /// <inheritdoc cref="ne(Tensor)"/>
        /// <remarks>In place.</remarks>
        public Tensor ne_(Tensor target) => Changed(Native.ts_ne_(SafeHandle, target.SafeHandle));

        /// <inheritdoc cref="ne(Tensor)"/>
        /// <remarks>In place.</remarks>
        public Tensor ne_(Scalar target) => Changed(Native.ts_ne_scalar_(SafeHandle, target.Value));

        /// <inheritdoc cref="ne(Tensor)"/>
        public Tensor not_equal(Tensor target) => ne(target);

        /// <summary>True where this is below <paramref name="target"/>.</summary>
        public Tensor lt(Tensor target) => Native.Tensor(Native.ts_lt(SafeHandle, target.SafeHandle));

        /// <inheritdoc cref="lt(Tensor)"/>
        public Tensor lt(Scalar target) => Native.Tensor(Native.ts_lt_scalar(SafeHandle, target.Value));

        /// <inheritdoc cref="lt(Tensor)"/>
        /// <remarks>In place.</remarks>
        public Tensor lt_(Tensor target) => Changed(Native.ts_lt_(SafeHandle, target.SafeHandle));

        /// <inheritdoc cref="lt(Tensor)"/>
        /// <remarks>In place.</remarks>
        public Tensor lt_(Scalar target) => Changed(Native.ts_lt_scalar_(SafeHandle, target.Value));

        /// <inheritdoc cref="lt(Tensor)"/>
        public Tensor less(Tensor target) => lt(target);

        /// <summary>True where this is at most <paramref name="target"/>.</summary>
        public Tensor le(Tensor target) => Native.Tensor(Native.ts_le(SafeHandle, target.SafeHandle));

        /// <inheritdoc cref="le(Tensor)"/>
        public Tensor le(Scalar target) => Native.Tensor(Native.ts_le_scalar(SafeHandle, target.Value));

        /// <inheritdoc cref="le(Tensor)"/>
        /// <remarks>In place.</remarks>
        public Tensor le_(Tensor target) => Changed(Native.ts_le_(SafeHandle, target.SafeHandle));

        /// <inheritdoc cref="le(Tensor)"/>
        /// <remarks>In place.</remarks>
        public Tensor le_(Scalar target) => Changed(Native.ts_le_scalar_(SafeHandle, target.Value));

        /// <inheritdoc cref="le(Tensor)"/>
        public Tensor less_equal(Tensor target) => le(target);

        /// <summary>True where this is above <paramref name="target"/>.</summary>
        public Tensor gt(Tensor target) => Native.Tensor(Native.ts_gt(SafeHandle, target.SafeHandle));

        /// <inheritdoc cref="gt(Tensor)"/>
        public Tensor gt(Scalar target) => Native.Tensor(Native.ts_gt_scalar(SafeHandle, target.Value));

        /// <inheritdoc cref="gt(Tensor)"/>
        /// <remarks>In place.</remarks>
        public Tensor gt_(Tensor target) => Changed(Native.ts_gt_(SafeHandle, target.SafeHandle));

        /// <inheritdoc cref="gt(Tensor)"/>
        /// <remarks>In place.</remarks>
        public Tensor gt_(Scalar target) => Changed(Native.ts_gt_scalar_(SafeHandle, target.Value));

        /// <inheritdoc cref="gt(Tensor)"/>
        public Tensor greater(Tensor target) => gt(target);

        /// <summary>True where this is at least <paramref name="target"/>.</summary>
        public Tensor ge(Tensor target) => Native.Tensor(Native.ts_ge(SafeHandle, target.SafeHandle));

        /// <inheritdoc cref="ge(Tensor)"/>
        public Tensor ge(Scalar target) => Native.Tensor(Native.ts_ge_scalar(SafeHandle, target.Value));

        /// <inheritdoc cref="ge(Tensor)"/>
        /// <remarks>In place.</remarks>
        public Tensor ge_(Tensor target) => Changed(Native.ts_ge_(SafeHandle, target.SafeHandle));

        /// <inheritdoc cref="ge(Tensor)"/>
        /// <remarks>In place.</remarks>
        public Tensor ge_(Scalar target) => Changed(Native.ts_ge_scalar_(SafeHandle, target.Value));

        /// <inheritdoc cref="ge(Tensor)"/>
        public Tensor greater_equal(Tensor target) => ge(target);

        /// <summary>True where this is equal to <paramref name="target"/>: element by element, as <see cref="eq(Tensor)"/>.</summary>
        public Tensor equal(Tensor target) => eq(target);

        /// <summary>Whether the tensors have the same shape and the same elements.</summary>
        public bool Equals(Tensor? target)
        {
            if (target is null)
                return false;
            Native.Check(Native.ts_same(SafeHandle, target.SafeHandle, out Flag result));
            return result;
        }

        /// <inheritdoc cref="Equals(Tensor)"/>
        public override bool Equals(object? obj) => obj is Tensor other && Equals(other);

        /// <summary>A hash of this object's identity.</summary>
        public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

        /// <summary>Whether every element is within atol + rtol * |target| of <paramref name="target"/>.</summary>
        public bool allclose(Tensor target, double rtol = 1e-05, double atol = 1e-08, bool equal_nan = false)
        {
            Native.Check(Native.ts_allclose(SafeHandle, target.SafeHandle, rtol, atol, equal_nan, out Flag result));
            return result;
        }

        /// <summary>True where the element is within atol + rtol * |other| of <paramref name="other"/>.</summary>
        public Tensor isclose(Tensor other, double rtol = 1e-05, double atol = 1e-08, bool nanEqual = false) =>
            Native.Tensor(Native.ts_isclose(SafeHandle, other.SafeHandle, rtol, atol, nanEqual));

        /// <summary>The larger of two elements; NaN if one is.</summary>
        public Tensor maximum(Tensor other) => Native.Tensor(Native.ts_maximum(SafeHandle, other.SafeHandle));

        /// <summary>The smaller of two elements; NaN if one is.</summary>
        public Tensor minimum(Tensor other) => Native.Tensor(Native.ts_minimum(SafeHandle, other.SafeHandle));

        /// <summary>Angle of the point (<paramref name="other"/>, this), in radians.</summary>
        public Tensor atan2(Tensor other) => Native.Tensor(Native.ts_atan2(SafeHandle, other.SafeHandle));

        /// <inheritdoc cref="atan2(Tensor)"/>
        /// <remarks>In place.</remarks>
        public Tensor atan2_(Tensor other) => Changed(Native.ts_atan2_(SafeHandle, other.SafeHandle));

        /// <summary>log(exp(this) + exp(<paramref name="other"/>)), without overflow.</summary>
        public Tensor logaddexp(Tensor other) => Native.Tensor(Native.ts_logaddexp(SafeHandle, other.SafeHandle));

        /// <summary>True where neither element is 0.</summary>
        public Tensor logical_and(Tensor other) => Native.Tensor(Native.ts_logical_and(SafeHandle, other.SafeHandle));

        /// <inheritdoc cref="logical_and(Tensor)"/>
        /// <remarks>In place.</remarks>
        public Tensor logical_and_(Tensor other) => Changed(Native.ts_logical_and_(SafeHandle, other.SafeHandle));

        /// <summary>True where an element is not 0.</summary>
        public Tensor logical_or(Tensor other) => Native.Tensor(Native.ts_logical_or(SafeHandle, other.SafeHandle));

        /// <inheritdoc cref="logical_or(Tensor)"/>
        /// <remarks>In place.</remarks>
        public Tensor logical_or_(Tensor other) => Changed(Native.ts_logical_or_(SafeHandle, other.SafeHandle));

        /// <summary>True where one of the elements is 0.</summary>
        public Tensor logical_xor(Tensor other) => Native.Tensor(Native.ts_logical_xor(SafeHandle, other.SafeHandle));

        /// <inheritdoc cref="logical_xor(Tensor)"/>
        /// <remarks>In place.</remarks>
        public Tensor logical_xor_(Tensor other) => Changed(Native.ts_logical_xor_(SafeHandle, other.SafeHandle));

        /// <summary>Bits set in both.</summary>
        public Tensor bitwise_and(Tensor other) => Native.Tensor(Native.ts_bitwise_and(SafeHandle, other.SafeHandle));

        /// <inheritdoc cref="bitwise_and(Tensor)"/>
        /// <remarks>In place.</remarks>
        public Tensor bitwise_and_(Tensor other) => Changed(Native.ts_bitwise_and_(SafeHandle, other.SafeHandle));

        /// <summary>Bits set in either.</summary>
        public Tensor bitwise_or(Tensor other) => Native.Tensor(Native.ts_bitwise_or(SafeHandle, other.SafeHandle));

        /// <inheritdoc cref="bitwise_or(Tensor)"/>
        /// <remarks>In place.</remarks>
        public Tensor bitwise_or_(Tensor other) => Changed(Native.ts_bitwise_or_(SafeHandle, other.SafeHandle));

        /// <summary>Bits set in one of both.</summary>
        public Tensor bitwise_xor(Tensor other) => Native.Tensor(Native.ts_bitwise_xor(SafeHandle, other.SafeHandle));

        /// <inheritdoc cref="bitwise_xor(Tensor)"/>
        /// <remarks>In place.</remarks>
        public Tensor bitwise_xor_(Tensor other) => Changed(Native.ts_bitwise_xor_(SafeHandle, other.SafeHandle));
    }
}
