using System.Runtime.InteropServices;

namespace TorchSharp;

internal static unsafe partial class Native
{
    [LibraryImport(Shim)] internal static partial nint ts_gelu(TensorHandle self);
    [LibraryImport(Shim)] internal static partial nint ts_silu(TensorHandle self);
    [LibraryImport(Shim)] internal static partial int ts_silu_(TensorHandle self);
    [LibraryImport(Shim)] internal static partial nint ts_elu(TensorHandle self, double alpha);
    [LibraryImport(Shim)] internal static partial nint ts_leaky_relu(TensorHandle self, double slope);
    [LibraryImport(Shim)] internal static partial nint ts_softplus(TensorHandle self, double beta, double threshold);
    [LibraryImport(Shim)] internal static partial nint ts_log_sigmoid(TensorHandle self);
    [LibraryImport(Shim)] internal static partial nint ts_softmax(TensorHandle self, long dim, int type);
    [LibraryImport(Shim)] internal static partial nint ts_log_softmax(TensorHandle self, long dim, int type);
    [LibraryImport(Shim)] internal static partial nint ts_linear(TensorHandle self, TensorHandle weight, TensorHandle bias);
    [LibraryImport(Shim)]
    internal static partial nint ts_embedding(TensorHandle weight, TensorHandle indices, long padding, Flag scale, Flag sparse);
    [LibraryImport(Shim)]
    internal static partial nint ts_layer_norm(
        TensorHandle self, ReadOnlySpan<long> sizes, int count, TensorHandle weight, TensorHandle bias, double eps);
    [LibraryImport(Shim)] internal static partial nint ts_dropout(TensorHandle self, double p, Flag training);
    [LibraryImport(Shim)] internal static partial int ts_dropout_(TensorHandle self, double p, Flag training);
    [LibraryImport(Shim)] internal static partial nint ts_one_hot(TensorHandle self, long classes);
    [LibraryImport(Shim, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint ts_pad(TensorHandle self, ReadOnlySpan<long> sizes, int count, string mode, double* value);
    [LibraryImport(Shim)]
    internal static partial nint ts_scaled_dot_product_attention(
        TensorHandle query, TensorHandle key, TensorHandle value, TensorHandle mask, double p, Flag causal);
    [LibraryImport(Shim)] internal static partial nint ts_cosine_similarity(TensorHandle first, TensorHandle second, long dim, double eps);
    [LibraryImport(Shim)]
    internal static partial nint ts_cross_entropy(
        TensorHandle self, TensorHandle target, TensorHandle weight, long ignore, long reduction, double smoothing);
    [LibraryImport(Shim)]
    internal static partial nint ts_nll_loss(TensorHandle self, TensorHandle target, TensorHandle weight, long reduction);
    [LibraryImport(Shim)] internal static partial nint ts_mse_loss(TensorHandle self, TensorHandle target, long reduction);
    [LibraryImport(Shim)] internal static partial nint ts_l1_loss(TensorHandle self, TensorHandle target, long reduction);
    [LibraryImport(Shim)]
    internal static partial nint ts_smooth_l1_loss(TensorHandle self, TensorHandle target, long reduction, double beta);
    [LibraryImport(Shim)] internal static partial nint ts_huber_loss(TensorHandle self, TensorHandle target, long reduction, double delta);
    [LibraryImport(Shim)] internal static partial nint ts_kl_div(TensorHandle self, TensorHandle target, long reduction, Flag log_target);
    [LibraryImport(Shim)]
    internal static partial nint ts_binary_cross_entropy(TensorHandle self, TensorHandle target, TensorHandle weight, long reduction);
    [LibraryImport(Shim)]
    internal static partial nint ts_binary_cross_entropy_with_logits(
        TensorHandle self, TensorHandle target, TensorHandle weight, TensorHandle positive, long reduction);
}
