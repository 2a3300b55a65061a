namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Sum of two tensors, broadcast.</summary>
        public Tensor add(Tensor target) => Native.Tensor(Native.ts_add(SafeHandle, target.SafeHandle, 1L));
        /// <summary>Matrix product.</summary>
        public Tensor matmul(Tensor target) => Native.Tensor(Native.ts_matmul(SafeHandle, target.SafeHandle));
    }
}
