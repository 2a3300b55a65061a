using System.Text.Json;
using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.IO;
using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Tests.Adapters.Lora;

/// <summary>
/// Adapters of PEFT, read and written again: the same tensors under the same names, bit for bit, and what PEFT needs to find them.
/// </summary>
public sealed class GoldenAdapterWritingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("deepseek-v2", "attention")]
    [InlineData("gemma2", "qv")]
    [InlineData("gpt2", "fan-in-fan-out")]
    [InlineData("llama", "dora")]
    [InlineData("llama", "head-saved")]
    [InlineData("llama", "patterns")]
    [InlineData("llama", "rslora")]
    [InlineData("mixtral", "experts")]
    [InlineData("olmoe", "experts-of-one-layer")]
    [InlineData("phi3", "fused-qkv")]
    [InlineData("qwen2", "bias")]
    [InlineData("qwen3-moe", "experts-and-router")]
    public void Names_shapes_and_values_are_PEFTs(string model, string name)
    {
        string golden = Golden.Open(Path.Combine("adapters", model, name));
        using Checkpoint checkpoint = Checkpoint.Open(Golden.Open(Path.Combine("decoders", $"{model}-tiny")));
        using CausalLanguageModel loaded = CausalLanguageModel.Load(checkpoint);
        using LoraAdapters adapters = LoraAdapters.Load(loaded, golden);
        adapters.Save(_folder.Path, "the base", adapters.ReadWhole);

        using SafetensorsFile expected = SafetensorsFile.Open(Path.Combine(golden, "adapter_model.safetensors"));
        using SafetensorsFile actual = SafetensorsFile.Open(_folder.File("adapter_model.safetensors"));
        Assert.Equal(Described(expected), Described(actual));
        Assert.All(expected.Tensors.OrderBy(view => view.Name).Zip(actual.Tensors.OrderBy(view => view.Name)), pair =>
            Assert.Equal(pair.First.Bytes(0, (int)pair.First.ByteLength), pair.Second.Bytes(0, (int)pair.Second.ByteLength)));

        JsonElement theirs = JsonFile.ReadObject(Path.Combine(golden, "adapter_config.json"));
        JsonElement ours = JsonFile.ReadObject(_folder.File("adapter_config.json"));
        Assert.All((string[])["bias", "fan_in_fan_out", "peft_type", "task_type", "use_dora", "use_rslora"], field =>
            Assert.Equal(theirs.GetProperty(field).ToString(), ours.GetProperty(field).ToString()));
        // They are named in full; PEFT's own file may give ends of names.
        string[] parameters = Texts(ours, "target_parameters"), asked = Texts(theirs, "target_parameters");
        Assert.All(parameters, full => Assert.Contains(asked, end => full.EndsWith($".{end}", StringComparison.Ordinal)));
        Assert.All(asked, end => Assert.Contains(parameters, full => full.EndsWith($".{end}", StringComparison.Ordinal)));

        using CausalLanguageModel other = CausalLanguageModel.Load(checkpoint);
        using LoraAdapters again = LoraAdapters.Load(other, _folder.Path);
        Assert.Equal(Settings(adapters), Settings(again));
    }

    public void Dispose() => _folder.Dispose();

    private static Dictionary<string, LoraSettings> Settings(LoraAdapters adapters) =>
        adapters.ByModule.ToDictionary(pair => pair.Key, pair => pair.Value.Settings);

    private static IEnumerable<string> Described(SafetensorsFile file) =>
        file.Tensors.Select(view => $"{view.Name} {view.DataType} [{string.Join(", ", view.Shape)}]").Order(StringComparer.Ordinal);

    private static string[] Texts(JsonElement config, string field) =>
        config.TryGetProperty(field, out JsonElement list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Select(item => item.GetString()!)] : [];
}
