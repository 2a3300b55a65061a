using System.Buffers.Binary;
using System.Text.Json;
using Microsoft.ML.KappaTune;
using static TorchSharp.torch;

/// <summary>The peak of resident memory of a scan of a checkpoint of TinyLlama-1.1B's shape, made of random bfloat16 values.</summary>
internal static class ScanMemory
{
    public const string Part = "scan", Command = "child-scan", Peak = "peak bytes", Most = "3 × the largest tensor + 300 MB";
    private const long Hidden = 2048, Inner = 5632, KeyValue = 256, Vocabulary = 32000, Layers = 22, Bytes = 2, Spare = 300_000_000;

    public static void Run(Results results, string work, int threads)
    {
        (string Name, long[] Shape)[] tensors = [.. Tensors()];
        string file = Path.Combine(work, "tinyllama.safetensors");
        Write(file, tensors);
        string[] answer = Child.Ask(Command, file, $"{threads}").Split(' ');
        File.Delete(file);
        long parameters = tensors.Sum(tensor => Count(tensor.Shape)), largest = Bytes * tensors.Max(tensor => Count(tensor.Shape));
        string about = $"{parameters / 1e9:0.00} billion parameters in bfloat16, largest tensor {largest / 1e6:0} MB, "
            + $"{answer[1]} condition numbers in {answer[2]} s, {threads} threads";
        results.Add(new(Part, "exact", Most, [3 * largest + Spare], about));
        results.Add(new(Part, "exact", Peak, [double.Parse(answer[0])], about));
    }

    /// <summary>What the child does: scans, and prints its peak, the number of values and the seconds.</summary>
    public static void RunChild(string file, int threads)
    {
        set_num_threads(threads);
        ScanReport report = CheckpointScanner.Scan(
            file, new ScanOptions { Selection = KappaSelection.LowestFraction(0.2), Threads = threads });
        int values = report.Matrices.Count(matrix => matrix.Kappa is not null);
        Console.WriteLine($"{Child.PeakMemory()} {values} {report.Elapsed.TotalSeconds:0}");
    }

    private static IEnumerable<(string Name, long[] Shape)> Tensors()
    {
        yield return ("model.embed_tokens.weight", [Vocabulary, Hidden]);
        for (int i = 0; i < Layers; i++)
        {
            string layer = $"model.layers.{i}";
            foreach ((string name, long[] shape) in ((string, long[])[])
            [
                ("self_attn.q_proj", [Hidden, Hidden]), ("self_attn.k_proj", [KeyValue, Hidden]), ("self_attn.v_proj", [KeyValue, Hidden]),
                ("self_attn.o_proj", [Hidden, Hidden]), ("mlp.gate_proj", [Inner, Hidden]), ("mlp.up_proj", [Inner, Hidden]),
                ("mlp.down_proj", [Hidden, Inner]), ("input_layernorm", [Hidden]), ("post_attention_layernorm", [Hidden]),
            ])
            {
                yield return ($"{layer}.{name}.weight", shape);
            }
        }

        yield return ("model.norm.weight", [Hidden]);
        yield return ("lm_head.weight", [Vocabulary, Hidden]);
    }

    private static void Write(string path, IReadOnlyList<(string Name, long[] Shape)> tensors)
    {
        var header = new Dictionary<string, object>();
        long offset = 0;
        foreach ((string name, long[] shape) in tensors)
        {
            long end = offset + Bytes * Count(shape);
            header[name] = new { dtype = "BF16", shape, data_offsets = new[] { offset, end } };
            offset = end;
        }

        byte[] json = JsonSerializer.SerializeToUtf8Bytes(header);
        using FileStream file = File.Create(path);
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)json.Length);
        file.Write(length);
        file.Write(json);
        using var generator = new Generator(1);
        foreach ((_, long[] shape) in tensors)
        {
            using Tensor values = empty(shape).normal_(0, 0.02, generator), rounded = values.to(bfloat16);
            file.Write(rounded.bytes);
        }
    }

    private static long Count(long[] shape) => shape.Aggregate(1L, (product, size) => product * size);
}
