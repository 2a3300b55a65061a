using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Tests.Adapters.Lora;

/// <summary>
/// Adapters that can't be read: one error, with the file, the tensor or field, and what to do; the model stays as it was.
/// </summary>
public sealed class PeftErrorTests : IDisposable
{
    private const string Value = "base_model.model.bert.encoder.layer.1.attention.self.value";

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string, string> BadFields => new()
    {
        { "peft_type", "\"IA3\"", "IA3" },
        { "peft_type", "null", "missing" },
        { "task_type", "\"TOKEN_CLS\"", "TOKEN_CLS" },
        { "task_type", "1", "string" },
        { "r", "0", "whole number" },
        { "r", "2.5", "whole number" },
        { "r", "\"8\"", "whole number" },
        { "lora_alpha", "-1", "positive" },
        { "lora_dropout", "1", "below 1" },
        { "use_rslora", "\"yes\"", "true or false" },
        { "use_dora", "1", "true or false" },
        { "lora_bias", "true", "bias" },
        { "target_parameters", "[1]", "list of strings" },
        { "peft_version", "18", "string" },
        { "trainable_token_indices", "[1]", "tokens" },
        { "layer_replication", "[[0, 2]]", "replicated" },
        { "init_lora_weights", "\"pissa\"", "base model" },
        { "init_lora_weights", "\"olora\"", "base model" },
        { "bias", "\"some\"", "lora_only" },
        { "target_modules", "null", "missing" },
        { "target_modules", "[]", "missing" },
        { "target_modules", "[1]", "list of strings" },
        { "target_modules", "{}", "list of strings" },
        { "target_modules", "[\"query\"]", "layer.0.attention.self.value" },
        { "layers_to_transform", "[0.5]", "whole number" },
        { "rank_pattern", "[]", "object" },
        { "rank_pattern", "{\"query\": 0}", "positive" },
        { "alpha_pattern", "{\"query\": \"x\"}", "positive" },
    };

    [Theory]
    [MemberData(nameof(BadFields))]
    public void A_field_that_is_wrong_is_named(string field, string value, string reason)
    {
        CheckpointFormatException e = Refused(new PeftLayout { Config = { [field] = value } });
        Assert.Equal(_folder.File("adapter_config.json"), e.File);
        Assert.Equal(field, e.Field);
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(")]
    [InlineData("(a|a?)+(a|a?)+(a|a?)+(.|.)+(.|.)+(.|.)+(.|.)+(.|.)+(.|.)+(.|.)+\\\\1 ")]
    public void A_pattern_that_is_wrong_or_endless_is_refused(string pattern)
    {
        CheckpointFormatException e = Refused(new PeftLayout { Config = { ["target_modules"] = $"\"{pattern}\"" } });
        Assert.Equal(_folder.File("adapter_config.json"), e.File);
        Assert.Contains("target_modules", e.Field, StringComparison.Ordinal);
    }

    [Fact]
    public void Lengths_that_DoRA_needs_are_named()
    {
        var layout = new PeftLayout { Config = { ["use_dora"] = "true" } };
        CheckpointFormatException missing = Refused(layout);
        Assert.EndsWith(".lora_magnitude_vector", missing.Tensor, StringComparison.Ordinal);
        Assert.Contains("DoRA", missing.Reason, StringComparison.Ordinal);
        foreach (string module in layout.Tensors.Keys.Where(name => name.EndsWith(".lora_A.weight", StringComparison.Ordinal)).ToArray())
            layout.Set(module.Replace(".lora_A.weight", ".lora_magnitude_vector", StringComparison.Ordinal), 16);
        layout.Set($"{Value}.lora_magnitude_vector", 15);
        CheckpointFormatException shape = Refused(layout);
        Assert.Equal(($"{Value}.lora_magnitude_vector", "shape"), (shape.Tensor, shape.Field));
    }

    [Fact]
    public void A_tensor_that_is_missing_is_named()
    {
        Assert.Equal($"{Value}.lora_B.weight", Refused(Without($"{Value}.lora_B.weight")).Tensor);
        Assert.Equal($"{Value}.lora_A.weight", Refused(Without($"{Value}.lora_A.weight")).Tensor);
        CheckpointFormatException both = Refused(Without($"{Value}.lora_A.weight", $"{Value}.lora_B.weight"));
        Assert.Equal($"{Value}.lora_A.weight", both.Tensor);
        Assert.Contains("adapter_config.json", both.Reason, StringComparison.Ordinal);
        CheckpointFormatException head = Refused(Without("base_model.model.classifier.bias"));
        Assert.Equal("base_model.model.classifier.bias", head.Tensor);
        Assert.Contains("modules_to_save", head.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("base_model.model.bert.encoder.layer.7.attention.self.value.lora_A.weight")]
    [InlineData("base_model.model.bert.embeddings.word_embeddings.lora_A.weight")]
    [InlineData("base_model.model.bert.embeddings.word_embeddings.lora_embedding_A")]
    [InlineData("base_model.model.bert.encoder.layer.0.attention.self.query.lora_magnitude_vector")]
    [InlineData("base_model.model.score.weight")]
    [InlineData("base_model.model.qa_outputs.weight")]
    [InlineData("bert.encoder.layer.0.attention.self.key.lora_A.weight")]
    [InlineData("base_model.model.bert.encoder.layer.0.attention.self.query.weight.lora_A.weight")]
    [InlineData("base_model.model.encoder.layer.0.attention.self.query.lora_A.weight")]
    public void A_tensor_without_a_place_is_named(string name)
    {
        var layout = new PeftLayout();
        layout.Set(name, 8, 16);
        CheckpointFormatException e = Refused(layout);
        Assert.Equal(_folder.File("adapter_model.safetensors"), e.File);
        Assert.Equal(name, e.Tensor);
    }

    [Theory]
    [InlineData($"{Value}.lora_A.weight", 4, 16)]
    [InlineData($"{Value}.lora_A.weight", 8, 24)]
    [InlineData($"{Value}.lora_B.weight", 8, 16)]
    [InlineData("base_model.model.classifier.weight", 5, 16)]
    public void A_shape_that_does_not_fit_is_named(string name, long rows, long columns)
    {
        var layout = new PeftLayout();
        layout.Set(name, rows, columns);
        CheckpointFormatException e = Refused(layout);
        Assert.Equal(name, e.Tensor);
        Assert.Equal("shape", e.Field);
        Assert.Contains($"[{rows}, {columns}]", e.Reason, StringComparison.Ordinal);
        Assert.Contains("some/base-model", e.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_value_that_is_not_finite_is_named(float value)
    {
        var layout = new PeftLayout();
        layout.Tensors["base_model.model.classifier.weight"].Values[17] = value;
        CheckpointFormatException e = Refused(layout);
        Assert.Equal("base_model.model.classifier.weight", e.Tensor);
        Assert.Contains("17", e.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_are_missing_are_named()
    {
        using SequenceClassifier model = LoraSample.Model();
        string nowhere = _folder.File("nowhere");
        Assert.Equal(nowhere, Assert.Throws<CheckpointFormatException>(() => LoraAdapters.Load(model, nowhere)).File);

        new PeftLayout().Write(_folder.Path);
        File.Move(_folder.File("adapter_model.safetensors"), _folder.File("adapter_model.bin"));
        var pickle = Assert.Throws<CheckpointFormatException>(() => LoraAdapters.Load(model, _folder.Path));
        Assert.Contains("adapter_model.bin", pickle.Reason, StringComparison.Ordinal);
        Assert.Contains("safe_serialization", pickle.Remedy, StringComparison.Ordinal);

        // Weights without a configuration are what an interrupted writer leaves.
        new PeftLayout().Write(_folder.Path);
        File.Delete(_folder.File("adapter_config.json"));
        Assert.Contains("adapter_config.json",
            Assert.Throws<CheckpointFormatException>(() => LoraAdapters.Load(model, _folder.Path)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_adapter_that_would_change_nothing_is_refused()
    {
        var layout = new PeftLayout { Config = { ["modules_to_save"] = "null", ["target_modules"] = """["nothing"]""" } };
        layout.Tensors.Clear();
        CheckpointFormatException e = Refused(layout);
        Assert.Equal(_folder.File("adapter_model.safetensors"), e.File);
        Assert.Contains("no tensor", e.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_file_of_weights_is_refused_wherever_it_is_cut()
    {
        new PeftLayout().Write(_folder.Path);
        string file = _folder.File("adapter_model.safetensors");
        byte[] whole = File.ReadAllBytes(file);
        using SequenceClassifier model = LoraSample.Model();
        for (int length = 0; length < whole.Length; length += 97)
        {
            File.WriteAllBytes(file, whole[..length]);
            Assert.Throws<CheckpointFormatException>(() => LoraAdapters.Load(model, _folder.Path));
        }
    }

    public void Dispose() => _folder.Dispose();

    private static PeftLayout Without(params string[] names)
    {
        var layout = new PeftLayout();
        Assert.All(names, name => Assert.True(layout.Tensors.Remove(name)));
        return layout;
    }

    private CheckpointFormatException Refused(PeftLayout layout)
    {
        layout.Write(_folder.Path);
        using SequenceClassifier model = LoraSample.Model();
        Dictionary<string, byte[]> before = LoraSample.Bits(model);
        var e = Assert.Throws<CheckpointFormatException>(() => LoraAdapters.Load(model, _folder.Path));
        Assert.Equal(before, LoraSample.Bits(model));
        Assert.All(model.LinearLayers.Values, projection => Assert.Null(projection.Adapter));
        return e;
    }
}
