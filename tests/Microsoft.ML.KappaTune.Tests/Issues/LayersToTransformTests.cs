using Microsoft.ML.KappaTune.Tests.Adapters.Lora;

namespace Microsoft.ML.KappaTune.Tests.Issues;

/// <summary>An empty list of layers restricts nothing, as in PEFT.</summary>
public sealed class LayersToTransformTests : IDisposable
{
    private readonly ForeignSample _sample = new();

    [Theory]
    [InlineData("[]", "null", 0, 1)]
    [InlineData("[]", "\"layer\"", 0, 1)]
    [InlineData("1", "null", 1)]
    [InlineData("[0]", "[]", 0)]
    [InlineData("[1]", "[\"layer\", \"h\"]", 1)]
    public void An_empty_list_one_number_and_a_list(string numbers, string lists, params int[] layers)
    {
        var layout = new PeftLayout([.. layers.SelectMany(layer => (string[])[
            $"bert.encoder.layer.{layer}.attention.self.query", $"bert.encoder.layer.{layer}.attention.self.value"])])
        {
            Config = { ["layers_to_transform"] = numbers, ["layers_pattern"] = lists },
        };
        _sample.Expect(layout, _ => 2);
        layout.Write(_sample.Adapter);
        using KappaTuneTextClassificationTransformer model = _sample.Load(_sample.Adapter);
        _sample.AssertScores(model);
    }

    public void Dispose() => _sample.Dispose();
}
