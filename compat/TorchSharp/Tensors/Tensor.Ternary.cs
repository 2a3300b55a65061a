namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Each element limited to [min, max]; null is no limit.</summary>
        public unsafe Tensor clamp(Scalar? min = null, Scalar? max = null)
        {
            Number low = min?.Value ?? default, high = max?.Value ?? default;
            return Native.Tensor(Native.ts_clamp(SafeHandle, min is null ? null : &low, max is null ? null : &high));
        }

        /// <inheritdoc cref="clamp(Scalar, Scalar)"/>
        public Tensor clamp(Tensor? min = null, Tensor? max = null) =>
            Native.Tensor(Native.ts_clamp_tensor(SafeHandle, Optional(min), Optional(max)));

        /// <inheritdoc cref="clamp(Scalar, Scalar)"/>
        /// <remarks>In place.</remarks>
        public unsafe Tensor clamp_(Scalar? min = null, Scalar? max = null)
        {
            Number low = min?.Value ?? default, high = max?.Value ?? default;
            return Changed(Native.ts_clamp_(SafeHandle, min is null ? null : &low, max is null ? null : &high));
        }

        /// <inheritdoc cref="clamp(Scalar, Scalar)"/>
        /// <remarks>In place.</remarks>
        public Tensor clamp_(Tensor? min = null, Tensor? max = null) =>
            Changed(Native.ts_clamp_tensor_(SafeHandle, Optional(min), Optional(max)));

        /// <inheritdoc cref="clamp(Scalar, Scalar)"/>
        public Tensor clip(Scalar? min = null, Scalar? max = null) => clamp(min, max);

        /// <summary>Each element at least <paramref name="min"/>.</summary>
        public Tensor clamp_min(Scalar min) => clamp(min, null);

        /// <summary>Each element at most <paramref name="max"/>.</summary>
        public Tensor clamp_max(Scalar max) => clamp(null, max);

        /// <inheritdoc cref="clamp_min(Scalar)"/>
        /// <remarks>In place.</remarks>
        public Tensor clamp_min_(Scalar min) => clamp_(min, null);

        /// <inheritdoc cref="clamp_max(Scalar)"/>
        /// <remarks>In place.</remarks>
        public Tensor clamp_max_(Scalar max) => clamp_(null, max);

        /// <summary>This plus <paramref name="value"/> times <paramref name="tensor1"/> times <paramref name="tensor2"/>.</summary>
        public Tensor addcmul(Tensor tensor1, Tensor tensor2, Scalar value) =>
            Native.Tensor(Native.ts_addcmul(SafeHandle, tensor1.SafeHandle, tensor2.SafeHandle, value.Value));

        /// <inheritdoc cref="addcmul(Tensor, Tensor, Scalar)"/>
        /// <remarks>In place.</remarks>
        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value) =>
            Changed(Native.ts_addcmul_(SafeHandle, tensor1.SafeHandle, tensor2.SafeHandle, value.Value));

        /// <summary>This plus <paramref name="value"/> times <paramref name="tensor1"/> over <paramref name="tensor2"/>.</summary>
        public Tensor addcdiv(Tensor tensor1, Tensor tensor2, Scalar value) =>
            Native.Tensor(Native.ts_addcdiv(SafeHandle, tensor1.SafeHandle, tensor2.SafeHandle, value.Value));

        /// <summary>This plus <paramref name="tensor1"/> over <paramref name="tensor2"/>.</summary>
        public Tensor addcdiv(Tensor tensor1, Tensor tensor2) => addcdiv(tensor1, tensor2, 1);

        /// <inheritdoc cref="addcdiv(Tensor, Tensor, Scalar)"/>
        /// <remarks>In place.</remarks>
        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar value) =>
            Changed(Native.ts_addcdiv_(SafeHandle, tensor1.SafeHandle, tensor2.SafeHandle, value.Value));

        /// <inheritdoc cref="addcdiv(Tensor, Tensor)"/>
        /// <remarks>In place.</remarks>
        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2) => addcdiv_(tensor1, tensor2, 1);

        /// <summary>This + weight * (end - this).</summary>
        public Tensor lerp(Tensor end, Tensor weight) =>
            Native.Tensor(Native.ts_lerp(SafeHandle, end.SafeHandle, weight.SafeHandle));

        /// <inheritdoc cref="lerp(Tensor, Tensor)"/>
        /// <remarks>In place.</remarks>
        public Tensor lerp_(Tensor end, Tensor weight) => Changed(Native.ts_lerp_(SafeHandle, end.SafeHandle, weight.SafeHandle));

        /// <summary>This where <paramref name="condition"/> is true, <paramref name="y"/> elsewhere, broadcast.</summary>
        public Tensor where(Tensor condition, Tensor y) =>
            Native.Tensor(Native.ts_where(condition.SafeHandle, SafeHandle, y.SafeHandle));
    }
}
