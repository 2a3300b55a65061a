namespace TorchSharp;

public static partial class torch
{
    /// <summary>Neural networks.</summary>
    public static partial class nn
    {
        /// <summary>Layers and activations as functions.</summary>
        public static unsafe partial class functional
        {
            /// <inheritdoc cref="Tensor.relu()"/>
            public static Tensor relu(Tensor x, bool inplace = false) => inplace ? x.relu_() : x.relu();

            /// <inheritdoc cref="Tensor.gelu()"/>
            public static Tensor gelu(Tensor x) => x.gelu();

            /// <inheritdoc cref="Tensor.silu()"/>
            public static Tensor silu(Tensor x, bool inplace = false) => inplace ? x.silu_() : x.silu();

            /// <inheritdoc cref="Tensor.tanh()"/>
            public static Tensor tanh(Tensor x, bool inplace = false) => inplace ? x.tanh_() : x.tanh();

            /// <inheritdoc cref="Tensor.sigmoid()"/>
            public static Tensor sigmoid(Tensor x) => x.sigmoid();

            /// <inheritdoc cref="Tensor.log_sigmoid()"/>
            public static Tensor logsigmoid(Tensor x) => x.log_sigmoid();

            /// <summary>x where positive, else <paramref name="negative_slope"/> times x.</summary>
            public static Tensor leaky_relu(Tensor input, double negative_slope = 0.01, bool inplace = false) =>
                Result(input, Native.ts_leaky_relu(input.SafeHandle, negative_slope), inplace);

            /// <summary>x where positive, else alpha * (exp(x) - 1).</summary>
            public static Tensor elu(Tensor x, double alpha, bool inplace = false) =>
                Result(x, Native.ts_elu(x.SafeHandle, alpha), inplace);

            /// <summary>log(1 + exp(beta * x)) / beta; x where beta * x is above the threshold.</summary>
            public static Tensor softplus(Tensor x, double beta = 1, double threshold = 20) =>
                Native.Tensor(Native.ts_softplus(x.SafeHandle, beta, threshold));

            /// <inheritdoc cref="Tensor.softmax(long, ScalarType?)"/>
            public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

            /// <inheritdoc cref="Tensor.log_softmax(long, ScalarType?)"/>
            public static Tensor log_softmax(Tensor x, long dim) => x.log_softmax(dim);

            /// <summary>input · weightsᵀ + bias.</summary>
            public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null) =>
                Native.Tensor(Native.ts_linear(input.SafeHandle, weights.SafeHandle, Tensor.Optional(bias)));

            /// <summary>
            /// Each row (of the last dimensions, as in <paramref name="normalized_shape"/>) with mean 0 and variance 1, then scaled and
            /// moved.
            /// </summary>
            public static Tensor layer_norm(
                Tensor input, long[] normalized_shape, Tensor? weight = null, Tensor? bias = null, double eps = 1e-05) =>
                Native.Tensor(Native.ts_layer_norm(
                    input.SafeHandle, normalized_shape, normalized_shape.Length, Tensor.Optional(weight), Tensor.Optional(bias), eps));

            /// <summary>In training, each element 0 with probability <paramref name="p"/>, else over 1 - p.</summary>
            public static Tensor dropout(Tensor input, double p = 0.5, bool training = true, bool inplace = false)
            {
                if (!inplace)
                    return Native.Tensor(Native.ts_dropout(input.SafeHandle, p, training));
                Native.Check(Native.ts_dropout_(input.SafeHandle, p, training));
                return input;
            }

            /// <summary>A last dimension that is 1 at the place the element says, else 0; as long as needed if -1.</summary>
            public static Tensor one_hot(Tensor x, long num_classes = -1) => Native.Tensor(Native.ts_one_hot(x.SafeHandle, num_classes));

            /// <summary>Elements added at the edges: before and after the last dimension, then the one before it, and so on.</summary>
            public static Tensor pad(Tensor input, ReadOnlySpan<long> pad, PaddingModes mode = PaddingModes.Constant, double value = 0)
            {
                bool constant = mode is PaddingModes.Constant or PaddingModes.Zeros;
                string name = constant ? "constant" : mode.ToString().ToLowerInvariant();
                return Native.Tensor(Native.ts_pad(input.SafeHandle, pad, pad.Length, name, constant ? &value : null));
            }

            /// <inheritdoc cref="pad(Tensor, ReadOnlySpan{long}, PaddingModes, double)"/>
            public static Tensor pad(Tensor input, long[] pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                functional.pad(input, pad.AsSpan(), mode, value);

            /// <summary>Cosine of the angle between vectors along a dimension.</summary>
            public static Tensor cosine_similarity(Tensor x1, Tensor x2, long dim = 1, double eps = 1e-8) =>
                Native.Tensor(Native.ts_cosine_similarity(x1.SafeHandle, x2.SafeHandle, dim, eps));

            /// <summary>
            /// softmax(query · keyᵀ / √d + mask) · value, over the last two dimensions; with the fused kernels where libtorch has them.
            /// </summary>
            /// <param name="query">[..., targets, d].</param>
            /// <param name="key">[..., sources, d].</param>
            /// <param name="value">[..., sources, width].</param>
            /// <param name="attn_mask">[..., targets, sources]: Bool (true takes part) or numbers to add.</param>
            /// <param name="p">Probability of dropout.</param>
            /// <param name="is_casual">Causal: a target sees only the sources up to its own place. Not with a mask.</param>
            public static Tensor scaled_dot_product_attention(
                Tensor query, Tensor key, Tensor value, Tensor? attn_mask = null, double p = 0, bool is_casual = false) =>
                Native.Tensor(Native.ts_scaled_dot_product_attention(
                    query.SafeHandle, key.SafeHandle, value.SafeHandle, Tensor.Optional(attn_mask), p, is_casual));

            // Rows of a weight, for the Embedding module.
            internal static Tensor embedding(Tensor weight, Tensor indices, long padding_idx = -1) =>
                Native.Tensor(Native.ts_embedding(weight.SafeHandle, indices.SafeHandle, padding_idx, false, false));

            private static Tensor Result(Tensor input, nint handle, bool inplace)
            {
                Tensor result = Native.Tensor(handle);
                return inplace ? Tensor.Into(input, result) : result;
            }
        }
    }
}
