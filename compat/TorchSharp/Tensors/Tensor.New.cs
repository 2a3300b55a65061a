namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <inheritdoc cref="torch.empty_like"/>
        public Tensor empty_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            torch.empty_like(this, dtype, device, requires_grad);

        /// <inheritdoc cref="torch.zeros_like"/>
        public Tensor zeros_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            torch.zeros_like(this, dtype, device, requires_grad);

        /// <inheritdoc cref="torch.ones_like"/>
        public Tensor ones_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            torch.ones_like(this, dtype, device, requires_grad);

        /// <inheritdoc cref="torch.full_like"/>
        public Tensor full_like(Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            torch.full_like(this, value, dtype, device, requires_grad);

        /// <inheritdoc cref="torch.rand_like"/>
        public Tensor rand_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            torch.rand_like(this, dtype, device, requires_grad);

        /// <inheritdoc cref="torch.randn_like"/>
        public Tensor randn_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            torch.randn_like(this, dtype, device, requires_grad);

        /// <inheritdoc cref="torch.randint_like"/>
        public Tensor randint_like(long low, long high, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            torch.randint_like(this, low, high, dtype, device, requires_grad);

        /// <summary>A tensor whose elements are whatever the memory held, with this one's type and device unless given.</summary>
        public Tensor new_empty(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            empty(size, dtype ?? this.dtype, device ?? this.device, requires_grad);

        /// <inheritdoc cref="new_empty(long[], ScalarType?, Device, bool)"/>
        public Tensor new_empty(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            empty(size, dtype ?? this.dtype, device ?? this.device, requires_grad);

        /// <summary>A tensor of zeros, with this one's type and device unless given.</summary>
        public Tensor new_zeros(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            zeros(size, dtype ?? this.dtype, device ?? this.device, requires_grad);

        /// <inheritdoc cref="new_zeros(long[], ScalarType?, Device, bool)"/>
        public Tensor new_zeros(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            zeros(size, dtype ?? this.dtype, device ?? this.device, requires_grad);

        /// <summary>A vector of ones, with this tensor's type and device unless given.</summary>
        public Tensor new_ones(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            ones(size, dtype ?? this.dtype, device ?? this.device, requires_grad);

        /// <summary>A matrix of ones, with this tensor's type and device unless given.</summary>
        public Tensor new_ones(
            long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            ones(rows, columns, dtype ?? this.dtype, device ?? this.device, requires_grad);

        /// <summary>A tensor filled with a number, with this one's type and device unless given.</summary>
        public Tensor new_full(long[] size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            full(size, value, dtype ?? this.dtype, device ?? this.device, requires_grad);

        /// <inheritdoc cref="new_full(long[], Scalar, ScalarType?, Device, bool)"/>
        public Tensor new_full(
            ReadOnlySpan<long> size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            full(size, value, dtype ?? this.dtype, device ?? this.device, requires_grad);
    }
}
