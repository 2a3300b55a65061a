using Microsoft.ML.KappaTune.Checkpoints;

namespace Microsoft.ML.KappaTune.Tests.Adapters.Lora;

/// <summary>
/// The folder of an adapter as the documentation of PEFT describes it, made by hand: LoRA of rank 8 on queries and values of a small
/// BERT, its classifier saved whole. Tests change a detail of it.
/// </summary>
internal sealed class PeftLayout
{
    public const int Rank = 8;

    public Dictionary<string, (long[] Shape, float[] Values)> Tensors { get; } = [];

    public Dictionary<string, string> Config { get; } = new()
    {
        ["alpha_pattern"] = "{}",
        ["auto_mapping"] = "null",
        ["base_model_name_or_path"] = "\"some/base-model\"",
        ["bias"] = "\"none\"",
        ["corda_config"] = "null",
        ["eva_config"] = "null",
        ["exclude_modules"] = "null",
        ["fan_in_fan_out"] = "false",
        ["inference_mode"] = "true",
        ["init_lora_weights"] = "true",
        ["layer_replication"] = "null",
        ["layers_pattern"] = "null",
        ["layers_to_transform"] = "null",
        ["loftq_config"] = "{}",
        ["lora_alpha"] = "16",
        ["lora_bias"] = "false",
        ["lora_dropout"] = "0.1",
        ["megatron_config"] = "null",
        ["megatron_core"] = "\"megatron.core\"",
        ["modules_to_save"] = """["classifier", "score"]""",
        ["peft_type"] = "\"LORA\"",
        ["r"] = "8",
        ["rank_pattern"] = "{}",
        ["revision"] = "null",
        ["target_modules"] = """["value", "query"]""",
        ["target_parameters"] = "null",
        ["task_type"] = "\"SEQ_CLS\"",
        ["trainable_token_indices"] = "null",
        ["use_dora"] = "false",
        ["use_rslora"] = "false",
    };

    public PeftLayout(params string[] modules)
    {
        string[] all = modules.Length > 0 ? modules :
        [
            "bert.encoder.layer.0.attention.self.query", "bert.encoder.layer.0.attention.self.value",
            "bert.encoder.layer.1.attention.self.query", "bert.encoder.layer.1.attention.self.value",
        ];
        foreach (string module in all)
            Add(module);
        Set("base_model.model.classifier.weight", 3, 16);
        Set("base_model.model.classifier.bias", 3);
    }

    /// <summary>An adapter's two tensors, for a layer of 16 inputs and outputs by default.</summary>
    public void Add(string module, long rank = Rank, long inputs = 16, long outputs = 16)
    {
        Set($"base_model.model.{module}.lora_A.weight", rank, inputs);
        Set($"base_model.model.{module}.lora_B.weight", outputs, rank);
    }

    public void Set(string name, params long[] shape) =>
        Tensors[name] = (shape, LoraSample.Some(shape.Aggregate(1L, (a, b) => a * b), name.Length + Tensors.Count));

    public void Write(string folder, TensorDataType type = TensorDataType.Float32)
    {
        File.WriteAllText(
            Path.Combine(folder, "adapter_config.json"),
            $"{{\n{string.Join(",\n", Config.Select(field => $"  \"{field.Key}\": {field.Value}"))}\n}}");
        SafetensorsWriter.Write(
            Path.Combine(folder, "adapter_model.safetensors"),
            Tensors.Select(tensor => LoraSample.Source(tensor.Key, tensor.Value.Shape, tensor.Value.Values, type)),
            new Dictionary<string, string> { ["format"] = "pt" });
    }
}
