namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Sum, broadcast.</summary>
        public static Tensor operator +(Tensor left, Tensor right) =>
            Native.Tensor(Native.ts_add(left.SafeHandle, right.SafeHandle, 1L));

        /// <inheritdoc cref="op_Addition(Tensor, Tensor)"/>
        public static Tensor operator +(Tensor left, Scalar right) => Native.Tensor(Native.ts_add_scalar(left.SafeHandle, right.Value, 1L));

        /// <inheritdoc cref="op_Addition(Tensor, Tensor)"/>
        public static Tensor operator +(Tensor left, int right) => Native.Tensor(Native.ts_add_scalar(left.SafeHandle, (long)right, 1L));

        /// <inheritdoc cref="op_Addition(Tensor, Tensor)"/>
        public static Tensor operator +(Tensor left, long right) => Native.Tensor(Native.ts_add_scalar(left.SafeHandle, right, 1L));

        /// <inheritdoc cref="op_Addition(Tensor, Tensor)"/>
        public static Tensor operator +(Tensor left, float right) =>
            Native.Tensor(Native.ts_add_scalar(left.SafeHandle, (double)right, 1L));

        /// <inheritdoc cref="op_Addition(Tensor, Tensor)"/>
        public static Tensor operator +(Tensor left, double right) => Native.Tensor(Native.ts_add_scalar(left.SafeHandle, right, 1L));

        /// <inheritdoc cref="op_Addition(Tensor, Tensor)"/>
        public static Tensor operator +(Scalar left, Tensor right) => Native.Tensor(Native.ts_add_scalar(right.SafeHandle, left.Value, 1L));

        /// <inheritdoc cref="op_Addition(Tensor, Tensor)"/>
        public static Tensor operator +(int left, Tensor right) => Native.Tensor(Native.ts_add_scalar(right.SafeHandle, (long)left, 1L));

        /// <inheritdoc cref="op_Addition(Tensor, Tensor)"/>
        public static Tensor operator +(long left, Tensor right) => Native.Tensor(Native.ts_add_scalar(right.SafeHandle, left, 1L));

        /// <inheritdoc cref="op_Addition(Tensor, Tensor)"/>
        public static Tensor operator +(float left, Tensor right) =>
            Native.Tensor(Native.ts_add_scalar(right.SafeHandle, (double)left, 1L));

        /// <inheritdoc cref="op_Addition(Tensor, Tensor)"/>
        public static Tensor operator +(double left, Tensor right) => Native.Tensor(Native.ts_add_scalar(right.SafeHandle, left, 1L));

        /// <summary>Difference, broadcast.</summary>
        public static Tensor operator -(Tensor left, Tensor right) =>
            Native.Tensor(Native.ts_sub(left.SafeHandle, right.SafeHandle));

        /// <inheritdoc cref="op_Subtraction(Tensor, Tensor)"/>
        public static Tensor operator -(Tensor left, Scalar right) => Native.Tensor(Native.ts_sub_scalar(left.SafeHandle, right.Value));

        /// <inheritdoc cref="op_Subtraction(Tensor, Tensor)"/>
        public static Tensor operator -(Tensor left, int right) => Native.Tensor(Native.ts_sub_scalar(left.SafeHandle, (long)right));

        /// <inheritdoc cref="op_Subtraction(Tensor, Tensor)"/>
        public static Tensor operator -(Tensor left, long right) => Native.Tensor(Native.ts_sub_scalar(left.SafeHandle, right));

        /// <inheritdoc cref="op_Subtraction(Tensor, Tensor)"/>
        public static Tensor operator -(Tensor left, float right) => Native.Tensor(Native.ts_sub_scalar(left.SafeHandle, (double)right));

        /// <inheritdoc cref="op_Subtraction(Tensor, Tensor)"/>
        public static Tensor operator -(Tensor left, double right) => Native.Tensor(Native.ts_sub_scalar(left.SafeHandle, right));

        /// <inheritdoc cref="op_Subtraction(Tensor, Tensor)"/>
        public static Tensor operator -(Scalar left, Tensor right) => Native.Tensor(Native.ts_rsub(right.SafeHandle, left.Value));

        /// <inheritdoc cref="op_Subtraction(Tensor, Tensor)"/>
        public static Tensor operator -(int left, Tensor right) => Native.Tensor(Native.ts_rsub(right.SafeHandle, (long)left));

        /// <inheritdoc cref="op_Subtraction(Tensor, Tensor)"/>
        public static Tensor operator -(long left, Tensor right) => Native.Tensor(Native.ts_rsub(right.SafeHandle, left));

        /// <inheritdoc cref="op_Subtraction(Tensor, Tensor)"/>
        public static Tensor operator -(float left, Tensor right) => Native.Tensor(Native.ts_rsub(right.SafeHandle, (double)left));

        /// <inheritdoc cref="op_Subtraction(Tensor, Tensor)"/>
        public static Tensor operator -(double left, Tensor right) => Native.Tensor(Native.ts_rsub(right.SafeHandle, left));

        /// <summary>Product, broadcast.</summary>
        public static Tensor operator *(Tensor left, Tensor right) =>
            Native.Tensor(Native.ts_mul(left.SafeHandle, right.SafeHandle));

        /// <inheritdoc cref="op_Multiply(Tensor, Tensor)"/>
        public static Tensor operator *(Tensor left, Scalar right) => Native.Tensor(Native.ts_mul_scalar(left.SafeHandle, right.Value));

        /// <inheritdoc cref="op_Multiply(Tensor, Tensor)"/>
        public static Tensor operator *(Tensor left, int right) => Native.Tensor(Native.ts_mul_scalar(left.SafeHandle, (long)right));

        /// <inheritdoc cref="op_Multiply(Tensor, Tensor)"/>
        public static Tensor operator *(Tensor left, long right) => Native.Tensor(Native.ts_mul_scalar(left.SafeHandle, right));

        /// <inheritdoc cref="op_Multiply(Tensor, Tensor)"/>
        public static Tensor operator *(Tensor left, float right) => Native.Tensor(Native.ts_mul_scalar(left.SafeHandle, (double)right));

        /// <inheritdoc cref="op_Multiply(Tensor, Tensor)"/>
        public static Tensor operator *(Tensor left, double right) => Native.Tensor(Native.ts_mul_scalar(left.SafeHandle, right));

        /// <inheritdoc cref="op_Multiply(Tensor, Tensor)"/>
        public static Tensor operator *(Scalar left, Tensor right) => Native.Tensor(Native.ts_mul_scalar(right.SafeHandle, left.Value));

        /// <inheritdoc cref="op_Multiply(Tensor, Tensor)"/>
        public static Tensor operator *(int left, Tensor right) => Native.Tensor(Native.ts_mul_scalar(right.SafeHandle, (long)left));

        /// <inheritdoc cref="op_Multiply(Tensor, Tensor)"/>
        public static Tensor operator *(long left, Tensor right) => Native.Tensor(Native.ts_mul_scalar(right.SafeHandle, left));

        /// <inheritdoc cref="op_Multiply(Tensor, Tensor)"/>
        public static Tensor operator *(float left, Tensor right) => Native.Tensor(Native.ts_mul_scalar(right.SafeHandle, (double)left));

        /// <inheritdoc cref="op_Multiply(Tensor, Tensor)"/>
        public static Tensor operator *(double left, Tensor right) => Native.Tensor(Native.ts_mul_scalar(right.SafeHandle, left));

        /// <summary>Quotient, broadcast.</summary>
        public static Tensor operator /(Tensor left, Tensor right) =>
            Native.Tensor(Native.ts_div(left.SafeHandle, right.SafeHandle));

        /// <inheritdoc cref="op_Division(Tensor, Tensor)"/>
        public static Tensor operator /(Tensor left, Scalar right) => Native.Tensor(Native.ts_div_scalar(left.SafeHandle, right.Value));

        /// <inheritdoc cref="op_Division(Tensor, Tensor)"/>
        public static Tensor operator /(Tensor left, int right) => Native.Tensor(Native.ts_div_scalar(left.SafeHandle, (long)right));

        /// <inheritdoc cref="op_Division(Tensor, Tensor)"/>
        public static Tensor operator /(Tensor left, long right) => Native.Tensor(Native.ts_div_scalar(left.SafeHandle, right));

        /// <inheritdoc cref="op_Division(Tensor, Tensor)"/>
        public static Tensor operator /(Tensor left, float right) => Native.Tensor(Native.ts_div_scalar(left.SafeHandle, (double)right));

        /// <inheritdoc cref="op_Division(Tensor, Tensor)"/>
        public static Tensor operator /(Tensor left, double right) => Native.Tensor(Native.ts_div_scalar(left.SafeHandle, right));

        /// <inheritdoc cref="op_Division(Tensor, Tensor)"/>
        public static Tensor operator /(Scalar left, Tensor right) => Native.Tensor(Native.ts_rdiv(right.SafeHandle, left.Value));

        /// <inheritdoc cref="op_Division(Tensor, Tensor)"/>
        public static Tensor operator /(int left, Tensor right) => Native.Tensor(Native.ts_rdiv(right.SafeHandle, (long)left));

        /// <inheritdoc cref="op_Division(Tensor, Tensor)"/>
        public static Tensor operator /(long left, Tensor right) => Native.Tensor(Native.ts_rdiv(right.SafeHandle, left));

        /// <inheritdoc cref="op_Division(Tensor, Tensor)"/>
        public static Tensor operator /(float left, Tensor right) => Native.Tensor(Native.ts_rdiv(right.SafeHandle, (double)left));

        /// <inheritdoc cref="op_Division(Tensor, Tensor)"/>
        public static Tensor operator /(double left, Tensor right) => Native.Tensor(Native.ts_rdiv(right.SafeHandle, left));

        /// <summary>Remainder, with the sign of the divisor, broadcast.</summary>
        public static Tensor operator %(Tensor left, Tensor right) =>
            Native.Tensor(Native.ts_remainder(left.SafeHandle, right.SafeHandle));

        /// <inheritdoc cref="op_Modulus(Tensor, Tensor)"/>
        public static Tensor operator %(Tensor left, Scalar right) =>
            Native.Tensor(Native.ts_remainder_scalar(left.SafeHandle, right.Value));

        /// <inheritdoc cref="op_Modulus(Tensor, Tensor)"/>
        public static Tensor operator %(Tensor left, int right) => Native.Tensor(Native.ts_remainder_scalar(left.SafeHandle, (long)right));

        /// <inheritdoc cref="op_Modulus(Tensor, Tensor)"/>
        public static Tensor operator %(Tensor left, long right) => Native.Tensor(Native.ts_remainder_scalar(left.SafeHandle, right));

        /// <inheritdoc cref="op_Modulus(Tensor, Tensor)"/>
        public static Tensor operator %(Tensor left, float right) =>
            Native.Tensor(Native.ts_remainder_scalar(left.SafeHandle, (double)right));

        /// <inheritdoc cref="op_Modulus(Tensor, Tensor)"/>
        public static Tensor operator %(Tensor left, double right) => Native.Tensor(Native.ts_remainder_scalar(left.SafeHandle, right));

        /// <summary>Each element negated.</summary>
        public static Tensor operator -(Tensor tensor) => tensor.neg();

        /// <summary>Every bit flipped; of Bool, not.</summary>
        public static Tensor operator ~(Tensor left) => left.bitwise_not();

        /// <summary>Bits set in both; of Bool, and.</summary>
        public static Tensor operator &(Tensor left, Tensor right) => left.bitwise_and(right);

        /// <summary>Bits set in either; of Bool, or.</summary>
        public static Tensor operator |(Tensor left, Tensor right) => left.bitwise_or(right);

        /// <summary>Bits set in one of both; of Bool, different.</summary>
        public static Tensor operator ^(Tensor left, Tensor right) => left.bitwise_xor(right);

        /// <summary>True where <paramref name="left"/> is equal to <paramref name="right"/>.</summary>
        public static Tensor operator ==(Tensor left, Tensor right) => left.eq(right);

        /// <summary>True where <paramref name="left"/> is equal to <paramref name="right"/>.</summary>
        public static Tensor operator ==(Tensor left, Scalar right) => left.eq(right);

        /// <summary>True where <paramref name="left"/> is equal to <paramref name="right"/>.</summary>
        public static Tensor operator ==(Scalar left, Tensor right) => right.eq(left);

        /// <summary>True where <paramref name="left"/> is different from <paramref name="right"/>.</summary>
        public static Tensor operator !=(Tensor left, Tensor right) => left.ne(right);

        /// <summary>True where <paramref name="left"/> is different from <paramref name="right"/>.</summary>
        public static Tensor operator !=(Tensor left, Scalar right) => left.ne(right);

        /// <summary>True where <paramref name="left"/> is different from <paramref name="right"/>.</summary>
        public static Tensor operator !=(Scalar left, Tensor right) => right.ne(left);

        /// <summary>True where <paramref name="left"/> is below <paramref name="right"/>.</summary>
        public static Tensor operator <(Tensor left, Tensor right) => left.lt(right);

        /// <summary>True where <paramref name="left"/> is below <paramref name="right"/>.</summary>
        public static Tensor operator <(Tensor left, Scalar right) => left.lt(right);

        /// <summary>True where <paramref name="left"/> is below <paramref name="right"/>.</summary>
        public static Tensor operator <(Scalar left, Tensor right) => right.gt(left);

        /// <summary>True where <paramref name="left"/> is at most <paramref name="right"/>.</summary>
        public static Tensor operator <=(Tensor left, Tensor right) => left.le(right);

        /// <summary>True where <paramref name="left"/> is at most <paramref name="right"/>.</summary>
        public static Tensor operator <=(Tensor left, Scalar right) => left.le(right);

        /// <summary>True where <paramref name="left"/> is at most <paramref name="right"/>.</summary>
        public static Tensor operator <=(Scalar left, Tensor right) => right.ge(left);

        /// <summary>True where <paramref name="left"/> is above <paramref name="right"/>.</summary>
        public static Tensor operator >(Tensor left, Tensor right) => left.gt(right);

        /// <summary>True where <paramref name="left"/> is above <paramref name="right"/>.</summary>
        public static Tensor operator >(Tensor left, Scalar right) => left.gt(right);

        /// <summary>True where <paramref name="left"/> is above <paramref name="right"/>.</summary>
        public static Tensor operator >(Scalar left, Tensor right) => right.lt(left);

        /// <summary>True where <paramref name="left"/> is at least <paramref name="right"/>.</summary>
        public static Tensor operator >=(Tensor left, Tensor right) => left.ge(right);

        /// <summary>True where <paramref name="left"/> is at least <paramref name="right"/>.</summary>
        public static Tensor operator >=(Tensor left, Scalar right) => left.ge(right);

        /// <summary>True where <paramref name="left"/> is at least <paramref name="right"/>.</summary>
        public static Tensor operator >=(Scalar left, Tensor right) => right.le(left);
    }
}
