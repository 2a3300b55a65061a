using Microsoft.ML.KappaTune.Checkpoints;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Spectra;

/// <summary>Checkpoints made of tensors, and small scans of them.</summary>
internal static class TestCheckpoint
{
    /// <summary>A small model: matrices of several κ and shapes, a stack of experts, and what isn't scanned.</summary>
    public static (string Name, Tensor Value)[] Model(int seed = 1) =>
    [
        ("model.embed_tokens.weight", Gaussian(60, 16, seed)),
        ("model.layers.0.self_attn.q_proj.weight", WithKappa(24, 24, 30, seed + 1)),
        ("model.layers.0.self_attn.q_proj.bias", Gaussian(24, 1, seed).view(24)),
        ("model.layers.0.self_attn.o_proj.weight", WithKappa(24, 24, 500, seed + 2)),
        ("model.layers.0.mlp.down_proj.weight", WithKappa(24, 64, 3, seed + 3)),
        ("model.layers.0.mlp.gate.weight", Gaussian(4, 24, seed)),
        ("model.layers.0.input_layernorm.weight", ones(24)),
        ("model.layers.1.mlp.experts.gate_up_proj", stack(
            Enumerable.Range(0, 4).Select(e => WithKappa(24, 40, 2 + 5 * e, seed + 4 + e)).ToArray())),
        ("model.layers.1.mlp.up_proj.weight", WithKappa(64, 24, 8, seed + 9)),
        ("lm_head.weight", Gaussian(60, 16, seed + 10)),
    ];

    public static string Write(string path, params IEnumerable<(string Name, Tensor Value)> tensors)
    {
        SafetensorsWriter.Write(path, tensors.Select(t => Source(t.Name, t.Value)));
        return path;
    }

    public static TensorSource Source(string name, Tensor value) =>
        TensorSource.FromBytes(name, TypeOf(value), value.shape, value.contiguous().bytes.ToArray());

    /// <summary>Without a cache, unless one is given.</summary>
    public static ScanOptions Options(KappaSelection? selection = null, string? cache = null) =>
        new() { CacheDirectory = cache, Selection = selection ?? KappaSelection.LowestFraction(0.2) };

    public static ScanReport Scan(string path, ScanOptions? options = null) =>
        CheckpointScanner.Scan(path, options, TestContext.Current.CancellationToken);

    public static ScannedMatrix Find(this ScanReport report, string id) => report.Matrices.Single(m => m.Id == id);

    public static Tensor Gaussian(long rows, long columns, int seed)
    {
        using var generator = new Generator((ulong)seed);
        return randn([rows, columns], float32, generator: generator);
    }

    private static Tensor WithKappa(long rows, long columns, double kappa, int seed)
    {
        using Tensor exact = Matrices.WithKappa(rows, columns, kappa, seed);
        return exact.to(float32);
    }

    private static TensorDataType TypeOf(Tensor value) => value.dtype switch
    {
        ScalarType.Float64 => TensorDataType.Float64,
        ScalarType.Float16 => TensorDataType.Float16,
        ScalarType.BFloat16 => TensorDataType.BFloat16,
        ScalarType.Int64 => TensorDataType.Int64,
        ScalarType.Byte => TensorDataType.UInt8,
        _ => TensorDataType.Float32,
    };
}
