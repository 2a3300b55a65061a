using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>A tensor that a module learns; takes over <paramref name="data"/>.</summary>
        /// <param name="data">The initial value.</param>
        /// <param name="requires_grad">Whether gradients are computed for it.</param>
        public static Parameter Parameter(Tensor data, bool requires_grad = true) => new(data, requires_grad);

        public partial class Module
        {
            // Uninitialised, and in no scope: a module that is made inside a scope outlives it.
            private protected static Parameter NewParameter(long[] shape, Device? device, ScalarType? dtype)
            {
                var parameter = new Parameter(empty(shape, dtype: dtype, device: device));
                parameter.DetachFromDisposeScope();
                return parameter;
            }
        }
    }
}
