using System.Buffers.Binary;
using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

/// <summary>A safetensors file of matrices with decaying spectra, as trained weights have them, not Gaussian ones.</summary>
internal static class SyntheticCheckpoint
{
    public static void Write(string path, IReadOnlyList<(string Name, long Rows, long Columns)> matrices)
    {
        var header = new Dictionary<string, object>();
        long offset = 0;
        foreach ((string name, long rows, long columns) in matrices)
        {
            long end = offset + rows * columns * sizeof(float);
            header[name] = new { dtype = "F32", shape = new[] { rows, columns }, data_offsets = new[] { offset, end } };
            offset = end;
        }

        byte[] json = JsonSerializer.SerializeToUtf8Bytes(header);
        using FileStream file = File.Create(path);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)json.Length);
        file.Write(length);
        file.Write(json);
        int seed = 0;
        foreach ((string name, long rows, long columns) in matrices)
        {
            using Tensor matrix = Matrix(rows, columns, ++seed);
            file.Write(matrix.bytes);
        }
    }

    /// <summary>
    /// Gaussian rows whose scale falls tenfold over the smaller dimension, mixed by a few reflections so that no row or column stays
    /// apart, and a part of rank 8 that stands out. Every third matrix falls less: some tensors of a model are flatter than others.
    /// </summary>
    private static Tensor Matrix(long rows, long columns, int seed)
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        using var generator = new Generator((ulong)seed);
        long k = Math.Min(rows, columns);
        Tensor scale = logspace(0, seed % 3 == 0 ? -0.3 : -1, k);
        Tensor gaussian = randn([rows, columns], float32, generator: generator);
        Tensor matrix = rows <= columns ? gaussian.mul(scale.view(-1, 1)) : gaussian.mul(scale);
        for (int i = 0; i < 3; i++)
        {
            Tensor left = Unit(rows), right = Unit(columns);
            matrix = matrix.sub(left.matmul(left.transpose(0, 1).matmul(matrix)).mul(2));
            matrix = matrix.sub(matrix.matmul(right).matmul(right.transpose(0, 1)).mul(2));
        }

        Tensor low = randn([rows, 8], float32, generator: generator).matmul(randn([8, columns], float32, generator: generator));
        using Scalar small = 0.02, smaller = 0.002;
        return matrix.mul(small).add(low, smaller).contiguous().MoveToOuterDisposeScope();

        Tensor Unit(long size)
        {
            Tensor vector = randn([size, 1], float32, generator: generator);
            return vector.div(vector.norm());
        }
    }
}
