using System.Text.Json;
using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.IO;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tests.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Adapters.Lora;

/// <summary>
/// Adapters of a small mixture's experts: three a layer, 16 values wide and 8 within, so that the shape of gate and other projection
/// together doesn't tell inputs from outputs.
/// </summary>
public sealed class StackedAdapterTests : IDisposable
{
    private const string Block = "model.layers.0.block_sparse_moe", Last = "model.layers.1.block_sparse_moe.experts.2.w2";
    private const string Stack = "base_model.model.model.layers.0.mlp.experts";

    // A whole expert but for its last projection, one projection of another, one last projection, and a router.
    private static readonly string[] Selected =
    [
        $"{Block}.experts.1.w1.weight", $"{Block}.experts.1.w3.weight", $"{Block}.experts.2.w3.weight", $"{Last}.weight",
        $"{Block}.gate.weight",
    ];

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Single_experts_are_saved_as_PEFT_has_them_and_read_bit_for_bit()
    {
        using var scope = NewDisposeScope();
        using CausalLanguageModel model = Model(), other = Model();
        Dictionary<string, byte[]> before = Bits(model);
        using LoraAdapters adapters = LoraAdapters.Attach(model, Selected, TuningMethod.Lora(2, alpha: 6, dropout: 0.25), seed: 1);
        // A gate and its projection have one A.
        Assert.Equal(
            [
                $"{Block}.experts.1.w1.lora_A.weight", $"{Block}.experts.1.w1.lora_B.weight", $"{Block}.experts.1.w3.lora_B.weight",
                $"{Block}.experts.2.w3.lora_A.weight", $"{Block}.experts.2.w3.lora_B.weight", $"{Block}.gate.lora_A.weight",
                $"{Block}.gate.lora_B.weight", $"{Last}.lora_A.weight", $"{Last}.lora_B.weight",
            ],
            adapters.Parameters.Select(named => named.Name));
        LoraSample.Train(adapters);
        adapters.Save(_folder.Path, "base", Selected);
        using (SafetensorsFile file = SafetensorsFile.Open(_folder.File("adapter_model.safetensors")))
        {
            Assert.Equal(
                [
                    "base_model.model.model.layers.0.mlp.experts.lora_A.weight [6, 16]",
                    "base_model.model.model.layers.0.mlp.experts.lora_B.weight [16, 6]",
                    "base_model.model.model.layers.0.mlp.gate.lora_A.weight [2, 16]",
                    "base_model.model.model.layers.0.mlp.gate.lora_B.weight [3, 2]",
                    "base_model.model.model.layers.1.mlp.experts.lora_A.weight [6, 8]",
                    "base_model.model.model.layers.1.mlp.experts.lora_B.weight [16, 6]",
                ],
                file.Tensors.Select(view => $"{view.Name} [{string.Join(", ", view.Shape)}]").Order(StringComparer.Ordinal));
        }

        JsonElement config = JsonFile.ReadObject(_folder.File("adapter_config.json"));
        Assert.Equal(
            ["model.layers.0.mlp.experts.gate_up_proj", "model.layers.1.mlp.experts.down_proj", "model.layers.0.mlp.gate.weight"],
            config.GetProperty("target_parameters").EnumerateArray().Select(item => item.GetString()));
        Assert.Empty(config.GetProperty("target_modules").EnumerateArray());
        // PEFT refuses any other beside parameters.
        Assert.Equal(0, config.GetProperty("lora_dropout").GetDouble());

        using LoraAdapters read = LoraAdapters.Load(other, _folder.Path);
        Assert.Equal(adapters.ByModule.Keys, read.ByModule.Keys);
        Assert.Equal(0, StoredTensors.Difference(Logits(other), Logits(model)), 1e-6);
        adapters.Merge();
        read.Merge();
        Dictionary<string, byte[]> after = Bits(model), again = Bits(other);
        Assert.Equal(after, again);
        Assert.Equal(Selected.Order(), before.Keys.Where(name => !before[name].AsSpan().SequenceEqual(again[name])).Order());
    }

    [Fact]
    public void An_untrained_stack_keeps_all_of_its_adapters()
    {
        using CausalLanguageModel model = Model(), other = Model();
        using LoraAdapters adapters = LoraAdapters.Attach(model, Selected, TuningMethod.Lora(2), seed: 1);
        adapters.Save(_folder.Path, null, Selected);
        using LoraAdapters read = LoraAdapters.Load(other, _folder.Path);
        // Which of them were meant, zeros don't tell.
        Assert.Equal(1 + 3 * 2 + 3, read.ByModule.Count);
        using var scope = NewDisposeScope();
        Assert.Equal(0, StoredTensors.Difference(Logits(other), Logits(model)));
    }

    [Theory]
    [InlineData("0.18.1")]
    [InlineData("0.19.0.dev0")]
    public void The_layout_of_earlier_versions_is_read_by_shape_or_version(string version)
    {
        string[] all = [.. ((string[])["w1", "w2", "w3"]).SelectMany(part => Enumerable.Range(0, 3).Select(
            expert => $"{Block}.experts.{expert}.{part}.weight"))];
        using var scope = NewDisposeScope();
        using CausalLanguageModel model = Model(), old = Model(), unknown = Model();
        using LoraAdapters adapters = LoraAdapters.Attach(model, all, TuningMethod.Lora(2), seed: 1);
        LoraSample.Train(adapters);
        adapters.Save(_folder.Path, null, all);
        TensorSource[] swapped;
        using (SafetensorsFile file = SafetensorsFile.Open(_folder.File("adapter_model.safetensors")))
        {
            // PEFT wraps gate and projection first.
            Assert.Equal(
                [
                    $"{Stack}.base_layer.lora_A.weight", $"{Stack}.base_layer.lora_B.weight", $"{Stack}.lora_A.weight",
                    $"{Stack}.lora_B.weight",
                ],
                file.Tensors.Select(view => view.Name).Order(StringComparer.Ordinal));
            swapped = [.. Swapped(file, $"{Stack}.base_layer"), .. Swapped(file, Stack)];
        }

        SafetensorsWriter.Write(_folder.File("adapter_model.safetensors"), swapped);
        SetVersion($"\"{version}\"");
        using LoraAdapters read = LoraAdapters.Load(old, _folder.Path);
        Assert.Equal(0, StoredTensors.Difference(Logits(old), Logits(model)), 1e-6);

        SetVersion("null");
        CheckpointFormatException e = Assert.Throws<CheckpointFormatException>(() => LoraAdapters.Load(unknown, _folder.Path));
        Assert.Equal((_folder.File("adapter_config.json"), "peft_version"), (e.File, e.Field));
        Assert.Contains("base_layer.lora_A", e.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Experts_of_transformers_4_stay_one_by_one()
    {
        LoraSettings gate = new(2, 4), up = new(3, 4);
        var settings = new Dictionary<string, LoraSettings>
        {
            [$"{Block}.experts.1.w1"] = gate,
            [$"{Block}.experts.1.w3"] = up,
            [$"{Block}.gate"] = gate,
        };
        using var scope = NewDisposeScope();
        using CausalLanguageModel model = Model(), other = Model();
        using LoraAdapters adapters = LoraAdapters.Attach(model, settings);
        LoraSample.Train(adapters);
        adapters.Save(_folder.Path, null, []);
        using (SafetensorsFile file = SafetensorsFile.Open(_folder.File("adapter_model.safetensors")))
        {
            Assert.Equal(
                settings.Keys.SelectMany(module => (string[])[PeftNames.A(module), PeftNames.B(module)]).Order(StringComparer.Ordinal),
                file.Tensors.Select(view => view.Name[PeftNames.Prefix.Length..]).Order(StringComparer.Ordinal));
        }

        using LoraAdapters read = LoraAdapters.Load(other, _folder.Path);
        Assert.Equal(settings, read.ByModule.ToDictionary(pair => pair.Key, pair => pair.Value.Settings));
        Assert.Equal(0, StoredTensors.Difference(Logits(other), Logits(model)));
    }

    [Theory]
    [InlineData("target_parameters", "[\"0.mlp.experts.gate_up_proj\", \"0.mlp.gate.weight\"]", "layers.1.mlp.experts.down_proj")]
    [InlineData("target_parameters", "[\"experts.gate_up_proj\", \"experts.down_proj\"]", "layers.0.block_sparse_moe.gate")]
    [InlineData("r", "3", "rank 3")]
    [InlineData("rank_pattern", "{\"experts.gate_up_proj\": 5}", "rank 5")]
    public void A_configuration_that_does_not_fit_is_named(string field, string value, string reason)
    {
        using CausalLanguageModel model = Model();
        Save(model);
        Configure(field, value);
        var e = Assert.Throws<CheckpointFormatException>(() => LoraAdapters.Load(model, _folder.Path));
        Assert.Equal(_folder.File("adapter_config.json"), e.File);
        Assert.Equal(field == "target_parameters" && reason.EndsWith("gate", StringComparison.Ordinal) ? "target_modules" : field, e.Field);
        Assert.Contains(reason, e.Reason, StringComparison.Ordinal);
        Assert.All(model.LinearLayers.Values, layer => Assert.Null(layer.Adapter));
    }

    [Fact]
    public void Tensors_that_do_not_fit_are_named()
    {
        using CausalLanguageModel model = Model();
        Save(model);
        byte[] whole = File.ReadAllBytes(_folder.File("adapter_model.safetensors"));
        const string A = $"{Stack}.lora_A.weight", B = $"{Stack}.lora_B.weight";

        Assert.Equal(B, Refused(view => view.Name != B).Tensor);
        CheckpointFormatException missing = Refused(view => !view.Name.StartsWith(Stack, StringComparison.Ordinal));
        Assert.Equal(A, missing.Tensor);
        Assert.Contains("target_parameters", missing.Reason, StringComparison.Ordinal);
        CheckpointFormatException other = Refused(view => view.Name != A, LoraSample.Source(A, [6, 20], LoraSample.Some(120, 1)));
        Assert.Equal((A, "shape"), (other.Tensor, other.Field));
        Assert.Contains("[6, 20]", other.Reason, StringComparison.Ordinal);
        CheckpointFormatException uneven = Refused(view => view.Name != A, LoraSample.Source(A, [5, 16], LoraSample.Some(80, 1)));
        Assert.Equal((A, "shape"), (uneven.Tensor, uneven.Field));

        CheckpointFormatException Refused(Func<TensorView, bool> keeps, params TensorSource[] others)
        {
            string file = _folder.File("adapter_model.safetensors");
            File.WriteAllBytes(file, whole);
            TensorSource[] kept;
            using (SafetensorsFile opened = SafetensorsFile.Open(file))
            {
                kept = [.. opened.Tensors.Where(keeps).Select(view => TensorSource.FromBytes(
                    view.Name, view.DataType, [.. view.Shape], view.Bytes(0, (int)view.ByteLength).ToArray()))];
            }

            SafetensorsWriter.Write(file, [.. kept, .. others]);
            return Assert.Throws<CheckpointFormatException>(() => LoraAdapters.Load(model, _folder.Path));
        }
    }

    public void Dispose() => _folder.Dispose();

    private static CausalLanguageModel Model()
    {
        CausalLanguageModel model = SmallDecoder.Model(SmallDecoder.Config("mixture"));
        model.eval();
        return model;
    }

    private void Save(CausalLanguageModel model)
    {
        using LoraAdapters adapters = LoraAdapters.Attach(model, Selected, TuningMethod.Lora(2), seed: 1);
        LoraSample.Train(adapters);
        adapters.Save(_folder.Path, null, Selected);
    }

    private static Tensor Logits(CausalLanguageModel model)
    {
        using var guard = no_grad();
        (Tensor ids, Tensor mask) = SmallDecoder.Batch(SmallDecoder.Config("mixture"), left: true, 9, 4, 7);
        return model.Logits(ids, mask);
    }

    private static Dictionary<string, byte[]> Bits(nn.Module model) =>
        model.named_parameters().ToDictionary(named => named.name, named => named.parameter.bytes.ToArray());

    private void SetVersion(string version) => Configure("peft_version", version);

    private void Configure(string field, string value)
    {
        string file = _folder.File("adapter_config.json");
        Dictionary<string, JsonElement> fields = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(File.ReadAllText(file))!;
        fields[field] = JsonSerializer.Deserialize<JsonElement>(value);
        File.WriteAllText(file, JsonSerializer.Serialize(fields));
    }

    /// <summary>An adapter of three experts as versions before 0.19.1 lay it out: every expert's product transposed.</summary>
    private static TensorSource[] Swapped(SafetensorsFile file, string module)
    {
        using var scope = NewDisposeScope();
        Tensor a = Load("lora_A"), b = Load("lora_B");
        Tensor[] first = [.. Enumerable.Range(0, 3).Select(expert => a.view(3, 2, -1).select(0, expert))];
        Tensor[] second = [.. Enumerable.Range(0, 3).Select(expert => b.view(-1, 2, 3).select(2, expert))];
        return
        [
            Source("lora_A", cat([.. second.Select(its => its.t())])),
            Source("lora_B", stack([.. first.Select(its => its.t())], 2).flatten(1)),
        ];

        Tensor Load(string name) => StoredTensors.Load(file.Tensors.First(view => view.Name == $"{module}.{name}.weight"));

        TensorSource Source(string name, Tensor values) =>
            LoraSample.Source($"{module}.{name}.weight", values.shape, LoraSample.Values(values));
    }
}
