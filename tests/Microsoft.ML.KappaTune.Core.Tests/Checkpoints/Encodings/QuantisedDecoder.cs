using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Tests.Adapters.Lora;

namespace Microsoft.ML.KappaTune.Tests.Checkpoints.Encodings;

/// <summary>A tiny language model twice: its linear layers as a quantiser stores them, and with the values that this means.</summary>
internal static class QuantisedDecoder
{
    /// <summary>Quantised weights: of three layers, four of attention and three behind it.</summary>
    public const int Weights = 3 * 7;

    /// <returns>Both folders.</returns>
    public static (string Quantised, string Plain) Write(TemporaryFolder folder, string kind)
    {
        string model = TinyDecoder.Write(folder, "model"), quantised = folder.File("quantised"), plain = folder.File("plain");
        var random = new Random(7);
        var packed = new List<TensorSource>();
        var values = new List<TensorSource>();
        using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(model, "model.safetensors"));
        foreach (TensorView tensor in file.Tensors)
        {
            if (tensor.Name.EndsWith("_proj.weight", StringComparison.Ordinal))
            {
                QuantisedWeight weight = QuantisedWeight.Make(
                    kind, tensor.Name[..^".weight".Length], (int)tensor.Shape[0], (int)tensor.Shape[1], random);
                packed.AddRange(weight.Parts);
                values.Add(LoraSample.Source(tensor.Name, [.. tensor.Shape], weight.Values));
            }
            else
            {
                packed.Add(TensorSource.Copy(tensor));
                values.Add(TensorSource.Copy(tensor));
            }
        }

        JsonObject config = JsonNode.Parse(File.ReadAllText(Path.Combine(model, "config.json")))!.AsObject();
        Save(plain, values);
        config["quantization_config"] = JsonNode.Parse(QuantisedWeight.Config(kind));
        Save(quantised, packed);
        return (quantised, plain);

        void Save(string path, IEnumerable<TensorSource> tensors)
        {
            Directory.CreateDirectory(path);
            SafetensorsWriter.Write(Path.Combine(path, "model.safetensors"), tensors);
            File.WriteAllText(Path.Combine(path, "config.json"), config.ToJsonString());
            File.Copy(Path.Combine(model, "tokenizer.json"), Path.Combine(path, "tokenizer.json"));
        }
    }
}
