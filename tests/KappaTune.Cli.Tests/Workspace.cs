using System.Runtime.InteropServices;
using System.Text.Json;

namespace KappaTune.Cli.Tests;

/// <summary>A folder of its own for a test, with small models in it; gone afterwards.</summary>
internal sealed class Workspace : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kappatune-test-").FullName;

    /// <summary>The path of a file.</summary>
    public string this[string name] => Path.Combine(_folder, name);

    public string[] Files => [.. Directory.EnumerateFileSystemEntries(_folder).Select(file => Path.GetFileName(file)).Order()];

    /// <summary>A model of square matrices diag(κ, 1, 1, …), named as given.</summary>
    public string Model(string file, int size, params (string Name, float Kappa)[] matrices)
    {
        var header = new Dictionary<string, object>();
        using var values = new MemoryStream();
        foreach ((string name, float kappa) in matrices)
        {
            var matrix = new float[size * size];
            for (int i = 0; i < size; i++)
                matrix[i * size + i] = i == 0 ? kappa : 1;
            long begin = values.Length;
            values.Write(MemoryMarshal.AsBytes<float>(matrix));
            header[name] = new { dtype = "F32", shape = (int[])[size, size], data_offsets = (long[])[begin, values.Length] };
        }

        byte[] json = JsonSerializer.SerializeToUtf8Bytes(header);
        using FileStream stream = File.Create(this[file]);
        stream.Write(BitConverter.GetBytes((long)json.Length));
        stream.Write(json);
        values.WriteTo(stream);
        return this[file];
    }

    /// <summary>Layers with κ = 2, 3, 4, …</summary>
    public string Model(int layers = 10, int size = 8) =>
        Model("model.safetensors", size, [.. Enumerable.Range(0, layers).Select(i => ($"layers.{i}.self_attn.q_proj.weight", i + 2f))]);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
