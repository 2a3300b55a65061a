using System.Runtime.InteropServices;
using Microsoft.ML.KappaTune.Checkpoints;

namespace Microsoft.ML.KappaTune.Tests.CheckpointData;

/// <summary>A checkpoint of a few small tensors: roles of all sorts, a stack of experts, vectors, half precision.</summary>
internal static class SmallModel
{
    public const string
        Query = "model.layers.0.self_attn.q_proj.weight",
        QueryBias = "model.layers.0.self_attn.q_proj.bias",
        Down = "model.layers.0.mlp.down_proj.weight",
        Norm = "model.layers.0.input_layernorm.weight",
        Experts = "model.layers.1.mlp.experts.down_proj",
        Gate = "model.layers.1.mlp.shared_expert_gate.weight",
        Head = "lm_head.weight",
        Mask = "model.mask";

    public static (string Name, TensorDataType Type, long[] Shape)[] Tensors { get; } =
    [
        (Query, TensorDataType.Float32, [8, 8]),
        (QueryBias, TensorDataType.Float32, [8]),
        (Down, TensorDataType.BFloat16, [8, 16]),
        (Norm, TensorDataType.Float32, [8]),
        (Experts, TensorDataType.Float32, [3, 8, 12]),
        (Gate, TensorDataType.Float32, [1, 8]),
        (Head, TensorDataType.Float32, [20, 8]),
        (Mask, TensorDataType.UInt8, [4, 4]),
    ];

    /// <summary>Writes it; every seed has other values.</summary>
    public static string Write(TemporaryFolder folder, int seed = 1)
    {
        string path = folder.File("model.safetensors");
        var random = new Random(seed);
        TensorSource[] sources = [.. Tensors.Select(t => TensorSource.FromBytes(t.Name, t.Type, t.Shape, Bytes(t.Type, t.Shape, random)))];
        SafetensorsWriter.Write(path, sources);
        return path;
    }

    /// <summary>The values of a matrix, as the checkpoint itself gives them.</summary>
    public static float[] Values(string path, string name, int? expert = null)
    {
        using Checkpoint checkpoint = Checkpoint.Open(path);
        TensorView tensor = checkpoint.Find(name)!;
        var values = new float[tensor.ElementCount];
        tensor.Read(0, values.AsSpan());
        int part = expert is null ? values.Length : (int)(values.Length / tensor.Shape[0]);
        return [.. values.Skip((expert ?? 0) * part).Take(part)];
    }

    private static byte[] Bytes(TensorDataType type, long[] shape, Random random)
    {
        float[] values = [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => random.NextSingle() - 0.5f)];
        return type switch
        {
            TensorDataType.Float32 => MemoryMarshal.AsBytes<float>(values).ToArray(),
            // The upper half of the number.
            TensorDataType.BFloat16 => [.. values.SelectMany(value => BitConverter.GetBytes(value)[2..])],
            _ => [.. values.Select(value => value > 0 ? (byte)1 : (byte)0)],
        };
    }
}
