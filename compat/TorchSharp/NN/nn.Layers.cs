using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>A linear layer, initialised uniformly within ±1/√inputs.</summary>
        /// <param name="inputSize">Size of the last dimension of the input.</param>
        /// <param name="outputSize">Size of the last dimension of the output.</param>
        /// <param name="hasBias">Whether a bias is added.</param>
        /// <param name="device">Where the parameters are; the CPU by default.</param>
        /// <param name="dtype">Their type; single precision by default.</param>
        public static Linear Linear(long inputSize, long outputSize, bool hasBias = true, Device? device = null, ScalarType? dtype = null) =>
            new(inputSize, outputSize, hasBias, device, dtype);

        /// <summary>Normalises over the last dimensions.</summary>
        /// <param name="normalized_shape">Their sizes.</param>
        /// <param name="eps">Added to the variance.</param>
        /// <param name="elementwise_affine">Whether there are a scale, 1 at first, and a shift.</param>
        /// <param name="bias">Whether there is a shift, 0 at first, besides the scale.</param>
        /// <param name="device">Where the parameters are; the CPU by default.</param>
        /// <param name="dtype">Their type; single precision by default.</param>
        public static LayerNorm LayerNorm(long[] normalized_shape, double eps = 1e-5, bool elementwise_affine = true, bool bias = true, Device? device = null, ScalarType? dtype = null) =>
            new(normalized_shape, eps, elementwise_affine, bias, device, dtype);

        /// <summary>Normalises over the last dimension.</summary>
        /// <inheritdoc cref="LayerNorm(long[], double, bool, bool, Device, ScalarType?)"/>
        public static LayerNorm LayerNorm(long normalized_shape, double eps = 1e-5, bool elementwise_affine = true, bool bias = true, Device? device = null, ScalarType? dtype = null) =>
            new([normalized_shape], eps, elementwise_affine, bias, device, dtype);

        /// <summary>A table of standard normal vectors.</summary>
        /// <param name="num_embeddings">How many vectors.</param>
        /// <param name="embedding_dims">Their size.</param>
        /// <param name="padding_idx">The vector that is zero and gets no gradient; negative counts from the end.</param>
        /// <param name="max_norm">Vectors looked up are shrunk, in the table, to at most this norm.</param>
        /// <param name="norm_type">The p of that norm.</param>
        /// <param name="scale_grad_by_freq">Whether a vector's gradient is divided by how often the batch looked it up.</param>
        /// <param name="sparse">Whether the gradient is a sparse tensor, which the optimizers here don't take.</param>
        /// <param name="device">Where the table is; the CPU by default.</param>
        /// <param name="dtype">Its type; single precision by default.</param>
        public static Embedding Embedding(long num_embeddings, long embedding_dims, long? padding_idx = null, double? max_norm = null, double norm_type = 2, bool scale_grad_by_freq = false, bool sparse = false, Device? device = null, ScalarType? dtype = null) =>
            Modules.Embedding.Random(num_embeddings, embedding_dims, padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse, device, dtype);

        /// <summary>x·Φ(x), the exact Gaussian error linear unit, of each element.</summary>
        public static GELU GELU() => new();

        /// <summary>x·σ(x), the sigmoid linear unit, of each element.</summary>
        public static SiLU SiLU() => new();

        /// <summary>The hyperbolic tangent, of each element.</summary>
        public static Tanh Tanh() => new();

        /// <summary>1 / (1 + e⁻ˣ), of each element.</summary>
        public static Sigmoid Sigmoid() => new();

        /// <summary>A module that gives its input back.</summary>
        public static Identity Identity() => new();

        /// <summary>max(x, 0), of each element.</summary>
        /// <param name="inplace">Whether the input is overwritten.</param>
        public static ReLU ReLU(bool inplace = false) => new(inplace);

        /// <summary>eˣ / Σ eˣ along a dimension.</summary>
        /// <param name="dim">The dimension along which the results add up to 1.</param>
        public static Softmax Softmax(long dim) => new(dim);

        /// <summary>Dropout, active in training mode.</summary>
        /// <param name="p">The probability, 0 to 1, that an element becomes zero.</param>
        /// <param name="inplace">Whether the input is overwritten.</param>
        public static Dropout Dropout(double p = 0.5, bool inplace = false) => new(p, inplace);
    }
}
