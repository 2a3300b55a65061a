namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Whether operations on the tensor are recorded for <see cref="backward"/>.</summary>
        public bool requires_grad
        {
            get
            {
                Native.Check(Native.ts_requires_grad(SafeHandle, out Flag result));
                return result;
            }
            set => requires_grad_(value);
        }

        /// <summary>Sets <see cref="requires_grad"/>.</summary>
        public Tensor requires_grad_(bool requires_grad = true) => Changed(Native.ts_requires_grad_(SafeHandle, requires_grad));

        /// <inheritdoc cref="requires_grad_(bool)"/>
        public Tensor with_requires_grad(bool requires_grad = true) => requires_grad_(requires_grad);

        /// <summary>Whether the tensor isn't the result of a recorded operation.</summary>
        public bool is_leaf
        {
            get
            {
                Native.Check(Native.ts_is_leaf(SafeHandle, out Flag result));
                return result;
            }
        }

        /// <summary>The gradient that <see cref="backward"/> has summed up so far, or null.</summary>
        public Tensor? grad
        {
            get
            {
                Native.Check(Native.ts_grad(SafeHandle, out nint gradient));
                return Native.MaybeTensor(gradient);
            }
            set => Native.Check(Native.ts_set_grad(SafeHandle, Optional(value)));
        }

        /// <summary>Makes <see cref="backward"/> keep the gradient of a tensor that isn't a leaf.</summary>
        public void retain_grad() => Native.Check(Native.ts_retain_grad(SafeHandle));

        /// <summary>Adds this scalar's derivatives to the gradients of the leaves it was computed from.</summary>
        public unsafe void backward() => Native.Check(Native.ts_backward(SafeHandle, TensorHandle.None, null, false, default, 0));

        /// <summary>The same elements without the record of how they were computed.</summary>
        public Tensor detach() => Native.Tensor(Native.ts_detach(SafeHandle));

        /// <inheritdoc cref="detach"/>
        /// <remarks>In place.</remarks>
        public Tensor detach_() => Changed(Native.ts_detach_(SafeHandle));
    }
}
