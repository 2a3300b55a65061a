using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Tests.Checkpoints.Encodings;

namespace Microsoft.ML.KappaTune.Tests.Adapters.Lora;

/// <summary>An adapter that was trained on rounded weights makes up for their rounding; beside others that is said.</summary>
public sealed class AdapterWarningsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("unsloth/llama-3-8b-bnb-4bit", true)]
    [InlineData("some/Model-7B-GPTQ", true)]
    [InlineData("some/Model-7B-AWQ", true)]
    [InlineData("some/model-FP8", true)]
    [InlineData("/models/model.Q4_K_M.gguf", true)]
    [InlineData("HuggingFaceTB/SmolLM2-135M", false)]
    [InlineData("some/model-8b", false)]
    [InlineData("some/4bitter", false)]
    public void Its_base_is_named_where_only_that_one_is_quantised(string name, bool isSaid)
    {
        (string quantised, string plain) = QuantisedDecoder.Write(_folder, "int8");
        string adapter = WriteAdapter($"\"{name}\"");
        using Checkpoint values = Checkpoint.Open(plain), codes = Checkpoint.Open(quantised);
        Assert.Empty(AdapterWarnings.OfOrigin(adapter, codes));
        IReadOnlyList<string> warnings = AdapterWarnings.OfOrigin(adapter, values);
        Assert.Equal(isSaid ? 1 : 0, warnings.Count);
        Assert.All(warnings, warning => Assert.Contains(name, warning, StringComparison.Ordinal));
        Assert.All(warnings, warning => Assert.Contains(plain, warning, StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_not_told_or_wrong_is_none()
    {
        using Checkpoint plain = Checkpoint.Open(TinyDecoder.Write(_folder));
        Assert.Empty(AdapterWarnings.OfOrigin(WriteAdapter("null"), plain));
        Assert.Empty(AdapterWarnings.OfOrigin(WriteAdapter("4"), plain));
        Assert.Empty(AdapterWarnings.OfOrigin(_folder.Path, plain));
    }

    private string WriteAdapter(string baseModel)
    {
        string adapter = Directory.CreateDirectory(_folder.File("adapter")).FullName;
        new PeftLayout { Config = { ["base_model_name_or_path"] = baseModel } }.Write(adapter);
        return adapter;
    }
}
