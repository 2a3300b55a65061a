using System.Runtime.InteropServices;

namespace TorchSharp;

internal static unsafe partial class Native
{
    [LibraryImport(Shim)] internal static partial int ts_adamw_step(
        int count, ReadOnlySpan<nint> parameters, Span<nint> means, Span<nint> squares, Span<nint> maxSquares, Span<long> steps,
        in AdamWStep options);
    [LibraryImport(Shim)] internal static partial int ts_sgd_step(
        int count, ReadOnlySpan<nint> parameters, Span<nint> buffers, in SgdStep options);
    [LibraryImport(Shim)] internal static partial int ts_clip_grad_norm(
        int count, ReadOnlySpan<nint> parameters, double maxNorm, double normType, out double total);
    [LibraryImport(Shim)] internal static partial int ts_clip_grad_value(int count, ReadOnlySpan<nint> parameters, double bound);
    [LibraryImport(Shim)] internal static partial int ts_zero_grads(int count, ReadOnlySpan<nint> parameters, Flag setToNone);
    [LibraryImport(Shim)] internal static partial int ts_embedding_renorm(
        TensorHandle weight, TensorHandle indices, double maxNorm, double normType);

    /// <summary>What a step of AdamW needs besides the tensors.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal readonly record struct AdamWStep(
        double LearningRate, double Beta1, double Beta2, double Epsilon, double WeightDecay, Flag Amsgrad, Flag Maximize);

    /// <summary>What a step of SGD needs besides the tensors.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal readonly record struct SgdStep(
        double LearningRate, double Momentum, double Dampening, double WeightDecay, Flag Nesterov, Flag Maximize);
}
