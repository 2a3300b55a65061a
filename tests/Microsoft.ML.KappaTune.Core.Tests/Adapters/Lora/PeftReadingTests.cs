using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Tests.Adapters.Lora;

public sealed class PeftReadingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_folder_of_PEFT_is_read()
    {
        var layout = new PeftLayout();
        layout.Write(_folder.Path);
        using SequenceClassifier model = LoraSample.Model();
        Dictionary<string, byte[]> before = LoraSample.Bits(model);
        using LoraAdapters adapters = LoraAdapters.Load(model, _folder.Path);

        Assert.Equal(4, adapters.ByModule.Count);
        foreach ((string module, LowRankAdapter adapter) in adapters.ByModule)
        {
            Assert.Equal(new LoraSettings(8, 16, 0.1), adapter.Settings);
            Assert.Same(adapter, model.LinearLayers[module].Adapter);
            Assert.Equal(layout.Tensors[$"base_model.model.{module}.lora_A.weight"].Values, LoraSample.Values(adapter.A));
            Assert.Equal(layout.Tensors[$"base_model.model.{module}.lora_B.weight"].Values, LoraSample.Values(adapter.B));
        }

        Dictionary<string, byte[]> after = LoraSample.Bits(model);
        Assert.Equal(["classifier.bias", "classifier.weight"],
            after.Where(pair => !pair.Value.AsSpan().SequenceEqual(before[pair.Key])).Select(pair => pair.Key).Order());
        Assert.Equal(
            layout.Tensors["base_model.model.classifier.weight"].Values, LoraSample.Values(model.get_parameter("classifier.weight")!));
    }

    [Theory]
    [InlineData("""["query", "value"]""")]
    [InlineData("""["attention.self.query", "bert.encoder.layer.0.attention.self.value", "layer.1.attention.self.value"]""")]
    [InlineData("\".*layer\\\\.[01]\\\\.attention\\\\.self\\\\.(query|value)\"")]
    [InlineData("\".*(?<!key)(?<=query|value)\"")]
    public void Targets_are_names_ends_of_names_or_a_regular_expression(string targets)
    {
        var layout = new PeftLayout { Config = { ["target_modules"] = targets } };
        Assert.Equal(4, Read(layout).Count);
    }

    [Fact]
    public void All_linear_is_every_layer_below_the_head()
    {
        using SequenceClassifier model = LoraSample.Model();
        var layout = new PeftLayout { Config = { ["target_modules"] = "\"all-linear\"" } };
        foreach ((string module, LinearLayer projection) in model.LinearLayers.Where(pair => pair.Key != "classifier"))
            layout.Add(module, inputs: projection.Weight.shape[1], outputs: projection.Weight.shape[0]);
        Assert.Equal(13, Read(layout).Count);
    }

    [Fact]
    public void Layers_can_be_numbered_and_excluded()
    {
        const string First = "bert.encoder.layer.0.attention.self.query", Second = "bert.encoder.layer.1.attention.self.query";
        Assert.Equal(
            [Second], Read(new(Second) { Config = { ["target_modules"] = "[\"query\"]", ["layers_to_transform"] = "[1, 5]" } }).Keys);
        var byPattern = new PeftLayout(First)
        {
            Config = { ["target_modules"] = "[\"query\"]", ["layers_to_transform"] = "0", ["layers_pattern"] = "\"layer\"" },
        };
        Assert.Equal([First], Read(byPattern).Keys);
        var withoutFirst = new PeftLayout(Second)
        {
            Config = { ["target_modules"] = "[\"query\"]", ["exclude_modules"] = "[\"0.attention.self.query\"]" },
        };
        Assert.Equal([Second], Read(withoutFirst).Keys);
        Assert.Equal([First],
            Read(new(First) { Config = { ["target_modules"] = "[\"query\"]", ["exclude_modules"] = "\".*layer.[1-9]+.*\"" } }).Keys);
        // A full name counts whatever the numbers.
        var both = new PeftLayout(First, Second)
        {
            Config = { ["target_modules"] = $"[\"query\", \"{First}\"]", ["layers_to_transform"] = "[1]" },
        };
        Assert.Equal([First, Second], Read(both).Keys);
    }

    [Fact]
    public void Ranks_and_alphas_of_single_layers_and_rank_stabilised_scales()
    {
        var layout = new PeftLayout
        {
            Config =
            {
                ["rank_pattern"] = """{"layer.1.*.query": 4, "query": 2}""",
                ["alpha_pattern"] = """{"^bert.encoder.layer.0.attention.self.query": 3.5, "value": 32}""",
                ["use_rslora"] = "true",
            },
        };
        layout.Add("bert.encoder.layer.0.attention.self.query", rank: 2);
        layout.Add("bert.encoder.layer.1.attention.self.query", rank: 4);
        IReadOnlyDictionary<string, LoraSettings> read = Read(layout);
        Assert.Equal(new(2, 3.5, 0.1, true), read["bert.encoder.layer.0.attention.self.query"]);
        Assert.Equal(new(4, 16, 0.1, true), read["bert.encoder.layer.1.attention.self.query"]);
        Assert.Equal(new(8, 32, 0.1, true), read["bert.encoder.layer.0.attention.self.value"]);
        Assert.Equal(32 / Math.Sqrt(8), read["bert.encoder.layer.0.attention.self.value"].Scale);
    }

    [Fact]
    public void What_is_missing_has_PEFTs_defaults()
    {
        var layout = new PeftLayout();
        string targets = layout.Config["target_modules"];
        layout.Config.Clear();
        (layout.Config["target_modules"], layout.Config["peft_type"]) = (targets, "\"LORA\"");
        Assert.All(Read(layout).Values, settings => Assert.Equal(new(8, 8), settings));
    }

    [Fact]
    public void Adapters_of_a_model_without_a_head_have_names_without_its_prefix()
    {
        var layout = new PeftLayout("encoder.layer.0.attention.self.query")
        {
            Config =
            {
                ["target_modules"] = "[\"encoder.layer.0.attention.self.query\"]",
                ["task_type"] = "\"FEATURE_EXTRACTION\"",
                ["modules_to_save"] = "null",
            },
        };
        layout.Tensors.Remove("base_model.model.classifier.weight");
        layout.Tensors.Remove("base_model.model.classifier.bias");
        Assert.Equal(["bert.encoder.layer.0.attention.self.query"], Read(layout).Keys);
    }

    [Fact]
    public void Trained_biases_are_read_and_originals_are_left()
    {
        var layout = new PeftLayout { Config = { ["bias"] = "\"all\"" } };
        layout.Set("base_model.model.bert.encoder.layer.0.attention.self.query.base_layer.bias", 16);
        layout.Set("base_model.model.bert.encoder.layer.0.output.LayerNorm.bias", 16);
        layout.Set("base_model.model.classifier.original_module.bias", 3);
        layout.Write(_folder.Path);
        using SequenceClassifier model = LoraSample.Model();
        using LoraAdapters adapters = LoraAdapters.Load(model, _folder.Path);
        Assert.Equal(
            layout.Tensors["base_model.model.bert.encoder.layer.0.attention.self.query.base_layer.bias"].Values,
            LoraSample.Values(model.LinearLayers["bert.encoder.layer.0.attention.self.query"].Bias!));
        Assert.Equal(
            layout.Tensors["base_model.model.bert.encoder.layer.0.output.LayerNorm.bias"].Values,
            LoraSample.Values(model.get_parameter("bert.encoder.layer.0.output.LayerNorm.bias")!));
        Assert.Equal(layout.Tensors["base_model.model.classifier.bias"].Values, LoraSample.Values(model.get_parameter("classifier.bias")!));
    }

    public void Dispose() => _folder.Dispose();

    private IReadOnlyDictionary<string, LoraSettings> Read(PeftLayout layout)
    {
        layout.Write(_folder.Path);
        using SequenceClassifier model = LoraSample.Model();
        using LoraAdapters adapters = LoraAdapters.Load(model, _folder.Path);
        return adapters.ByModule.ToDictionary(pair => pair.Key, pair => pair.Value.Settings);
    }
}
