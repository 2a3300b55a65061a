namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>This plus <paramref name="target"/>, broadcast.</summary>
        public Tensor add(Tensor target) => Native.Tensor(Native.ts_add(SafeHandle, target.SafeHandle, 1L));

        /// <summary>This plus <paramref name="alpha"/> times <paramref name="target"/>.</summary>
        public Tensor add(Tensor target, Scalar alpha) => Native.Tensor(Native.ts_add(SafeHandle, target.SafeHandle, alpha.Value));

        /// <summary>This plus a number.</summary>
        public Tensor add(Scalar scalar) => Native.Tensor(Native.ts_add_scalar(SafeHandle, scalar.Value, 1L));

        /// <summary>This plus <paramref name="alpha"/> times a number.</summary>
        public Tensor add(Scalar scalar, Scalar alpha) => Native.Tensor(Native.ts_add_scalar(SafeHandle, scalar.Value, alpha.Value));

        /// <inheritdoc cref="add(Tensor)"/>
        /// <remarks>In place.</remarks>
        public Tensor add_(Tensor target) => Changed(Native.ts_add_(SafeHandle, target.SafeHandle, 1L));

        /// <inheritdoc cref="add(Tensor, Scalar)"/>
        /// <remarks>In place.</remarks>
        public Tensor add_(Tensor target, Scalar alpha) => Changed(Native.ts_add_(SafeHandle, target.SafeHandle, alpha.Value));

        /// <inheritdoc cref="add(Scalar)"/>
        /// <remarks>In place.</remarks>
        public Tensor add_(Scalar scalar) => Changed(Native.ts_add_scalar_(SafeHandle, scalar.Value, 1L));

        /// <inheritdoc cref="add(Scalar, Scalar)"/>
        /// <remarks>In place.</remarks>
        public Tensor add_(Scalar scalar, Scalar alpha) => Changed(Native.ts_add_scalar_(SafeHandle, scalar.Value, alpha.Value));

        /// <summary>This minus <paramref name="target"/>, broadcast.</summary>
        public Tensor sub(Tensor target) => Native.Tensor(Native.ts_sub(SafeHandle, target.SafeHandle));

        /// <inheritdoc cref="sub(Tensor)"/>
        public Tensor sub(Scalar target) => Native.Tensor(Native.ts_sub_scalar(SafeHandle, target.Value));

        /// <inheritdoc cref="sub(Tensor)"/>
        /// <remarks>In place.</remarks>
        public Tensor sub_(Tensor target) => Changed(Native.ts_sub_(SafeHandle, target.SafeHandle));

        /// <inheritdoc cref="sub(Tensor)"/>
        /// <remarks>In place.</remarks>
        public Tensor sub_(Scalar target) => Changed(Native.ts_sub_scalar_(SafeHandle, target.Value));

        /// <summary>This times <paramref name="target"/>, broadcast.</summary>
        public Tensor mul(Tensor target) => Native.Tensor(Native.ts_mul(SafeHandle, target.SafeHandle));

        /// <inheritdoc cref="mul(Tensor)"/>
        public Tensor mul(Scalar target) => Native.Tensor(Native.ts_mul_scalar(SafeHandle, target.Value));

        /// <inheritdoc cref="mul(Tensor)"/>
        /// <remarks>In place.</remarks>
        public Tensor mul_(Tensor target) => Changed(Native.ts_mul_(SafeHandle, target.SafeHandle));

        /// <inheritdoc cref="mul(Tensor)"/>
        /// <remarks>In place.</remarks>
        public Tensor mul_(Scalar target) => Changed(Native.ts_mul_scalar_(SafeHandle, target.Value));

        /// <inheritdoc cref="sub(Tensor)"/>
        public Tensor subtract(Tensor target) => sub(target);

        /// <inheritdoc cref="sub(Tensor)"/>
        public Tensor subtract(Scalar target) => sub(target);

        /// <inheritdoc cref="mul(Tensor)"/>
        public Tensor multiply(Tensor target) => mul(target);

        /// <inheritdoc cref="mul(Tensor)"/>
        public Tensor multiply(Scalar target) => mul(target);

        /// <summary>This divided by <paramref name="target"/>, broadcast; of integers a floating-point number unless rounded.</summary>
        public Tensor div(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => Native.Tensor(rounding_mode == RoundingMode.None
            ? Native.ts_div(SafeHandle, target.SafeHandle)
            : Native.ts_div_mode(SafeHandle, target.SafeHandle, rounding_mode.ToString()));

        /// <inheritdoc cref="div(Tensor, RoundingMode)"/>
        public Tensor div(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => Native.Tensor(rounding_mode == RoundingMode.None
            ? Native.ts_div_scalar(SafeHandle, target.Value)
            : Native.ts_div_scalar_mode(SafeHandle, target.Value, rounding_mode.ToString()));

        /// <inheritdoc cref="div(Tensor, RoundingMode)"/>
        /// <remarks>In place.</remarks>
        public Tensor div_(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => Changed(rounding_mode == RoundingMode.None
            ? Native.ts_div_(SafeHandle, target.SafeHandle)
            : Native.ts_div_mode_(SafeHandle, target.SafeHandle, rounding_mode.ToString()));

        /// <inheritdoc cref="div(Tensor, RoundingMode)"/>
        /// <remarks>In place.</remarks>
        public Tensor div_(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => Changed(rounding_mode == RoundingMode.None
            ? Native.ts_div_scalar_(SafeHandle, target.Value)
            : Native.ts_div_scalar_mode_(SafeHandle, target.Value, rounding_mode.ToString()));

        /// <summary>This to the power of <paramref name="exponent"/>, broadcast.</summary>
        public Tensor pow(Tensor exponent) => Native.Tensor(Native.ts_pow(SafeHandle, exponent.SafeHandle));

        /// <inheritdoc cref="pow(Tensor)"/>
        public Tensor pow(Scalar exponent) => Native.Tensor(Native.ts_pow_scalar(SafeHandle, exponent.Value));

        /// <inheritdoc cref="pow(Tensor)"/>
        /// <remarks>In place.</remarks>
        public Tensor pow_(Tensor exponent) => Changed(Native.ts_pow_(SafeHandle, exponent.SafeHandle));

        /// <inheritdoc cref="pow(Tensor)"/>
        /// <remarks>In place.</remarks>
        public Tensor pow_(Scalar exponent) => Changed(Native.ts_pow_scalar_(SafeHandle, exponent.Value));

        /// <summary>Remainder of division, with the sign of this.</summary>
        public Tensor fmod(Tensor target) => Native.Tensor(Native.ts_fmod(SafeHandle, target.SafeHandle));

        /// <inheritdoc cref="fmod(Tensor)"/>
        public Tensor fmod(Scalar scalar) => Native.Tensor(Native.ts_fmod_scalar(SafeHandle, scalar.Value));

        /// <inheritdoc cref="fmod(Tensor)"/>
        /// <remarks>In place.</remarks>
        public Tensor fmod_(Tensor target) => Changed(Native.ts_fmod_(SafeHandle, target.SafeHandle));

        /// <inheritdoc cref="fmod(Tensor)"/>
        /// <remarks>In place.</remarks>
        public Tensor fmod_(Scalar scalar) => Changed(Native.ts_fmod_scalar_(SafeHandle, scalar.Value));

        /// <summary>Remainder of division, with the sign of <paramref name="target"/>.</summary>
        public Tensor remainder(Tensor target) => Native.Tensor(Native.ts_remainder(SafeHandle, target.SafeHandle));

        /// <inheritdoc cref="remainder(Tensor)"/>
        public Tensor remainder(Scalar scalar) => Native.Tensor(Native.ts_remainder_scalar(SafeHandle, scalar.Value));

        /// <inheritdoc cref="remainder(Tensor)"/>
        /// <remarks>In place.</remarks>
        public Tensor remainder_(Tensor target) => Changed(Native.ts_remainder_(SafeHandle, target.SafeHandle));

        /// <inheritdoc cref="remainder(Tensor)"/>
        /// <remarks>In place.</remarks>
        public Tensor remainder_(Scalar scalar) => Changed(Native.ts_remainder_scalar_(SafeHandle, scalar.Value));

        /// <summary>Quotient rounded down.</summary>
        public Tensor floor_divide(Tensor other) => Native.Tensor(Native.ts_floor_divide(SafeHandle, other.SafeHandle));

        /// <inheritdoc cref="floor_divide(Tensor)"/>
        public Tensor floor_divide(Scalar other) => Native.Tensor(Native.ts_floor_divide_scalar(SafeHandle, other.Value));

        /// <inheritdoc cref="floor_divide(Tensor)"/>
        /// <remarks>In place.</remarks>
        public Tensor floor_divide_(Tensor other) => Changed(Native.ts_floor_divide_(SafeHandle, other.SafeHandle));

        /// <inheritdoc cref="floor_divide(Tensor)"/>
        /// <remarks>In place.</remarks>
        public Tensor floor_divide_(Scalar other) => Changed(Native.ts_floor_divide_scalar_(SafeHandle, other.Value));
    }
}
