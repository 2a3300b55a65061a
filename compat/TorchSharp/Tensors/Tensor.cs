namespace TorchSharp;

public static partial class torch
{
    /// <summary>
    /// A multi-dimensional array of libtorch. Freed by <see cref="Dispose()"/>, by its <see cref="DisposeScope"/> or by the
    /// finalizer, once. Different threads may use different tensors and read the same; after disposal every use throws.
    /// </summary>
    public partial class Tensor : IDisposable
    {
        internal Tensor(nint handle)
        {
            SafeHandle = new TensorHandle(handle);
            DisposeScopeManager.Current?.Attach(this);
        }

        internal TensorHandle SafeHandle { get; }

        internal DisposeScope? OwningDisposeScope { get; set; }

        /// <summary>The native tensor, valid while this object lives.</summary>
        /// <exception cref="ObjectDisposedException">The tensor is disposed.</exception>
        public IntPtr Handle
        {
            get
            {
                ObjectDisposedException.ThrowIf(SafeHandle.IsClosed, this);
                return SafeHandle.DangerousGetHandle();
            }
        }

        /// <summary>Whether the tensor is disposed.</summary>
        public bool IsInvalid => SafeHandle.IsClosed || SafeHandle.IsInvalid;

        /// <summary>How many native tensors this process holds at the moment.</summary>
        public static long TotalCount => Native.ts_live();

        /// <summary>Frees the native tensor. More calls do nothing.</summary>
        public void Dispose() => Dispose(true);

        /// <summary>Frees the native tensor.</summary>
        protected virtual void Dispose(bool disposing)
        {
            OwningDisposeScope?.MarkAsDisposed(this);
            SafeHandle.Dispose();
        }

        /// <summary>Takes the tensor out of every scope: its owner disposes it, or the finalizer frees it.</summary>
        public Tensor DetachFromDisposeScope()
        {
            OwningDisposeScope?.Detach(this);
            return this;
        }

        /// <summary>Moves the tensor to the scope around the one it is in.</summary>
        public Tensor MoveToOuterDisposeScope()
        {
            OwningDisposeScope?.MoveToOuter(this);
            return this;
        }

        /// <summary>Moves the tensor to another scope; null is no scope.</summary>
        public Tensor MoveToOtherDisposeScope(DisposeScope other)
        {
            if (OwningDisposeScope is { } owner)
                owner.MoveToOther(other, this);
            else
                other?.Attach(this);
            return this;
        }

        /// <summary>Moves the tensor to the scope that <paramref name="other"/> is in.</summary>
        public Tensor MoveToOtherDisposeScope(Tensor other) => MoveToOtherDisposeScope(other.OwningDisposeScope!);

        /// <summary>Gives the native tensor to the caller, who frees it; this object is as if disposed.</summary>
        public IntPtr DecoupleFromNativeHandle()
        {
            IntPtr handle = Handle;
            OwningDisposeScope?.MarkAsDisposed(this);
            SafeHandle.SetHandleAsInvalid();
            return handle;
        }

        /// <summary>Wraps a native tensor, and owns it.</summary>
        public static Tensor UnsafeCreateTensor(IntPtr handle) => new(handle);

        // No tensor, for an argument that may be null.
        internal static TensorHandle Optional(Tensor? tensor) => tensor is null ? TensorHandle.None : tensor.SafeHandle;

        private Tensor Changed(int succeeded)
        {
            Native.Check(succeeded);
            return this;
        }
    }
}
