namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Absolute value.</summary>
        public Tensor abs() => Native.Tensor(Native.ts_abs(SafeHandle));

        /// <inheritdoc cref="abs()"/>
        /// <remarks>In place.</remarks>
        public Tensor abs_() => Changed(Native.ts_abs_(SafeHandle));

        /// <summary>Arc cosine, in radians.</summary>
        public Tensor acos() => Native.Tensor(Native.ts_acos(SafeHandle));

        /// <inheritdoc cref="acos()"/>
        /// <remarks>In place.</remarks>
        public Tensor acos_() => Changed(Native.ts_acos_(SafeHandle));

        /// <summary>Arc sine, in radians.</summary>
        public Tensor asin() => Native.Tensor(Native.ts_asin(SafeHandle));

        /// <inheritdoc cref="asin()"/>
        /// <remarks>In place.</remarks>
        public Tensor asin_() => Changed(Native.ts_asin_(SafeHandle));

        /// <summary>Arc tangent, in radians.</summary>
        public Tensor atan() => Native.Tensor(Native.ts_atan(SafeHandle));

        /// <inheritdoc cref="atan()"/>
        /// <remarks>In place.</remarks>
        public Tensor atan_() => Changed(Native.ts_atan_(SafeHandle));

        /// <summary>The smallest integer not below.</summary>
        public Tensor ceil() => Native.Tensor(Native.ts_ceil(SafeHandle));

        /// <inheritdoc cref="ceil()"/>
        /// <remarks>In place.</remarks>
        public Tensor ceil_() => Changed(Native.ts_ceil_(SafeHandle));

        /// <summary>Cosine of radians.</summary>
        public Tensor cos() => Native.Tensor(Native.ts_cos(SafeHandle));

        /// <inheritdoc cref="cos()"/>
        /// <remarks>In place.</remarks>
        public Tensor cos_() => Changed(Native.ts_cos_(SafeHandle));

        /// <summary>Hyperbolic cosine.</summary>
        public Tensor cosh() => Native.Tensor(Native.ts_cosh(SafeHandle));

        /// <inheritdoc cref="cosh()"/>
        /// <remarks>In place.</remarks>
        public Tensor cosh_() => Changed(Native.ts_cosh_(SafeHandle));

        /// <summary>Derivative of the logarithm of the gamma function.</summary>
        public Tensor digamma() => Native.Tensor(Native.ts_digamma(SafeHandle));

        /// <inheritdoc cref="digamma()"/>
        /// <remarks>In place.</remarks>
        public Tensor digamma_() => Changed(Native.ts_digamma_(SafeHandle));

        /// <summary>Error function.</summary>
        public Tensor erf() => Native.Tensor(Native.ts_erf(SafeHandle));

        /// <inheritdoc cref="erf()"/>
        /// <remarks>In place.</remarks>
        public Tensor erf_() => Changed(Native.ts_erf_(SafeHandle));

        /// <summary>1 - erf.</summary>
        public Tensor erfc() => Native.Tensor(Native.ts_erfc(SafeHandle));

        /// <inheritdoc cref="erfc()"/>
        /// <remarks>In place.</remarks>
        public Tensor erfc_() => Changed(Native.ts_erfc_(SafeHandle));

        /// <summary>Inverse of erf, on (-1, 1).</summary>
        public Tensor erfinv() => Native.Tensor(Native.ts_erfinv(SafeHandle));

        /// <inheritdoc cref="erfinv()"/>
        /// <remarks>In place.</remarks>
        public Tensor erfinv_() => Changed(Native.ts_erfinv_(SafeHandle));

        /// <summary>e to the power of each element.</summary>
        public Tensor exp() => Native.Tensor(Native.ts_exp(SafeHandle));

        /// <inheritdoc cref="exp()"/>
        /// <remarks>In place.</remarks>
        public Tensor exp_() => Changed(Native.ts_exp_(SafeHandle));

        /// <summary>2 to the power of each element.</summary>
        public Tensor exp2() => Native.Tensor(Native.ts_exp2(SafeHandle));

        /// <summary>exp - 1, exact near 0.</summary>
        public Tensor expm1() => Native.Tensor(Native.ts_expm1(SafeHandle));

        /// <inheritdoc cref="expm1()"/>
        /// <remarks>In place.</remarks>
        public Tensor expm1_() => Changed(Native.ts_expm1_(SafeHandle));

        /// <summary>The largest integer not above.</summary>
        public Tensor floor() => Native.Tensor(Native.ts_floor(SafeHandle));

        /// <inheritdoc cref="floor()"/>
        /// <remarks>In place.</remarks>
        public Tensor floor_() => Changed(Native.ts_floor_(SafeHandle));

        /// <summary>What trunc leaves.</summary>
        public Tensor frac() => Native.Tensor(Native.ts_frac(SafeHandle));

        /// <inheritdoc cref="frac()"/>
        /// <remarks>In place.</remarks>
        public Tensor frac_() => Changed(Native.ts_frac_(SafeHandle));

        /// <summary>Logarithm of the absolute value of the gamma function.</summary>
        public Tensor lgamma() => Native.Tensor(Native.ts_lgamma(SafeHandle));

        /// <inheritdoc cref="lgamma()"/>
        /// <remarks>In place.</remarks>
        public Tensor lgamma_() => Changed(Native.ts_lgamma_(SafeHandle));

        /// <summary>Natural logarithm.</summary>
        public Tensor log() => Native.Tensor(Native.ts_log(SafeHandle));

        /// <inheritdoc cref="log()"/>
        /// <remarks>In place.</remarks>
        public Tensor log_() => Changed(Native.ts_log_(SafeHandle));

        /// <summary>Logarithm to base 10.</summary>
        public Tensor log10() => Native.Tensor(Native.ts_log10(SafeHandle));

        /// <inheritdoc cref="log10()"/>
        /// <remarks>In place.</remarks>
        public Tensor log10_() => Changed(Native.ts_log10_(SafeHandle));

        /// <summary>log(1 + x), exact near 0.</summary>
        public Tensor log1p() => Native.Tensor(Native.ts_log1p(SafeHandle));

        /// <inheritdoc cref="log1p()"/>
        /// <remarks>In place.</remarks>
        public Tensor log1p_() => Changed(Native.ts_log1p_(SafeHandle));

        /// <summary>Logarithm to base 2.</summary>
        public Tensor log2() => Native.Tensor(Native.ts_log2(SafeHandle));

        /// <inheritdoc cref="log2()"/>
        /// <remarks>In place.</remarks>
        public Tensor log2_() => Changed(Native.ts_log2_(SafeHandle));

        /// <summary>Each element negated.</summary>
        public Tensor neg() => Native.Tensor(Native.ts_neg(SafeHandle));

        /// <inheritdoc cref="neg()"/>
        /// <remarks>In place.</remarks>
        public Tensor neg_() => Changed(Native.ts_neg_(SafeHandle));

        /// <summary>1 / x.</summary>
        public Tensor reciprocal() => Native.Tensor(Native.ts_reciprocal(SafeHandle));

        /// <inheritdoc cref="reciprocal()"/>
        /// <remarks>In place.</remarks>
        public Tensor reciprocal_() => Changed(Native.ts_reciprocal_(SafeHandle));

        /// <summary>max(x, 0).</summary>
        public Tensor relu() => Native.Tensor(Native.ts_relu(SafeHandle));

        /// <inheritdoc cref="relu()"/>
        /// <remarks>In place.</remarks>
        public Tensor relu_() => Changed(Native.ts_relu_(SafeHandle));

        /// <summary>1 / sqrt(x).</summary>
        public Tensor rsqrt() => Native.Tensor(Native.ts_rsqrt(SafeHandle));

        /// <inheritdoc cref="rsqrt()"/>
        /// <remarks>In place.</remarks>
        public Tensor rsqrt_() => Changed(Native.ts_rsqrt_(SafeHandle));

        /// <summary>1 / (1 + exp(-x)).</summary>
        public Tensor sigmoid() => Native.Tensor(Native.ts_sigmoid(SafeHandle));

        /// <inheritdoc cref="sigmoid()"/>
        /// <remarks>In place.</remarks>
        public Tensor sigmoid_() => Changed(Native.ts_sigmoid_(SafeHandle));

        /// <summary>-1, 0 or 1.</summary>
        public Tensor sign() => Native.Tensor(Native.ts_sign(SafeHandle));

        /// <inheritdoc cref="sign()"/>
        /// <remarks>In place.</remarks>
        public Tensor sign_() => Changed(Native.ts_sign_(SafeHandle));

        /// <summary>Sine of radians.</summary>
        public Tensor sin() => Native.Tensor(Native.ts_sin(SafeHandle));

        /// <inheritdoc cref="sin()"/>
        /// <remarks>In place.</remarks>
        public Tensor sin_() => Changed(Native.ts_sin_(SafeHandle));

        /// <summary>Hyperbolic sine.</summary>
        public Tensor sinh() => Native.Tensor(Native.ts_sinh(SafeHandle));

        /// <inheritdoc cref="sinh()"/>
        /// <remarks>In place.</remarks>
        public Tensor sinh_() => Changed(Native.ts_sinh_(SafeHandle));

        /// <summary>Square root.</summary>
        public Tensor sqrt() => Native.Tensor(Native.ts_sqrt(SafeHandle));

        /// <inheritdoc cref="sqrt()"/>
        /// <remarks>In place.</remarks>
        public Tensor sqrt_() => Changed(Native.ts_sqrt_(SafeHandle));

        /// <summary>x * x.</summary>
        public Tensor square() => Native.Tensor(Native.ts_square(SafeHandle));

        /// <summary>Tangent of radians.</summary>
        public Tensor tan() => Native.Tensor(Native.ts_tan(SafeHandle));

        /// <inheritdoc cref="tan()"/>
        /// <remarks>In place.</remarks>
        public Tensor tan_() => Changed(Native.ts_tan_(SafeHandle));

        /// <summary>Hyperbolic tangent.</summary>
        public Tensor tanh() => Native.Tensor(Native.ts_tanh(SafeHandle));

        /// <inheritdoc cref="tanh()"/>
        /// <remarks>In place.</remarks>
        public Tensor tanh_() => Changed(Native.ts_tanh_(SafeHandle));

        /// <summary>The integer part, towards 0.</summary>
        public Tensor trunc() => Native.Tensor(Native.ts_trunc(SafeHandle));

        /// <inheritdoc cref="trunc()"/>
        /// <remarks>In place.</remarks>
        public Tensor trunc_() => Changed(Native.ts_trunc_(SafeHandle));

        /// <summary>x * sigmoid(x).</summary>
        public Tensor silu() => Native.Tensor(Native.ts_silu(SafeHandle));

        /// <inheritdoc cref="silu()"/>
        /// <remarks>In place.</remarks>
        public Tensor silu_() => Changed(Native.ts_silu_(SafeHandle));

        /// <summary>x * Φ(x), Φ being the normal distribution (exact, by erf).</summary>
        public Tensor gelu() => Native.Tensor(Native.ts_gelu(SafeHandle));

        /// <summary>log(sigmoid(x)).</summary>
        public Tensor log_sigmoid() => Native.Tensor(Native.ts_log_sigmoid(SafeHandle));

        /// <summary>True where the element is 0.</summary>
        public Tensor logical_not() => Native.Tensor(Native.ts_logical_not(SafeHandle));

        /// <inheritdoc cref="logical_not()"/>
        /// <remarks>In place.</remarks>
        public Tensor logical_not_() => Changed(Native.ts_logical_not_(SafeHandle));

        /// <summary>Every bit flipped; of Bool, not.</summary>
        public Tensor bitwise_not() => Native.Tensor(Native.ts_bitwise_not(SafeHandle));

        /// <inheritdoc cref="bitwise_not()"/>
        /// <remarks>In place.</remarks>
        public Tensor bitwise_not_() => Changed(Native.ts_bitwise_not_(SafeHandle));

        /// <summary>True where the element is neither infinite nor NaN.</summary>
        public Tensor isfinite() => Native.Tensor(Native.ts_isfinite(SafeHandle));

        /// <summary>True where the element is infinite.</summary>
        public Tensor isinf() => Native.Tensor(Native.ts_isinf(SafeHandle));

        /// <summary>True where the element is NaN.</summary>
        public Tensor isnan() => Native.Tensor(Native.ts_isnan(SafeHandle));

        /// <summary>True where the element is -∞.</summary>
        public Tensor isneginf() => Native.Tensor(Native.ts_isneginf(SafeHandle));

        /// <summary>True where the element is +∞.</summary>
        public Tensor isposinf() => Native.Tensor(Native.ts_isposinf(SafeHandle));

        /// <summary>Each element negated.</summary>
        public Tensor negative() => neg();

        /// <summary>Rounded to <paramref name="decimals"/> decimals, halves to even.</summary>
        public Tensor round(long decimals = 0) => Native.Tensor(Native.ts_round(SafeHandle, decimals));

        /// <inheritdoc cref="round(long)"/>
        /// <remarks>In place.</remarks>
        public Tensor round_(long decimals = 0) => Changed(Native.ts_round_(SafeHandle, decimals));

        /// <summary>NaN, +∞ and -∞ replaced; null infinities become the largest and smallest finite numbers.</summary>
        public unsafe Tensor nan_to_num(double nan = 0, double? posinf = null, double? neginf = null)
        {
            double high = posinf.GetValueOrDefault(), low = neginf.GetValueOrDefault();
            return Native.Tensor(Native.ts_nan_to_num(SafeHandle, nan, posinf.HasValue ? &high : null, neginf.HasValue ? &low : null));
        }
    }
}
