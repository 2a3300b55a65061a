using Microsoft.ML.KappaTune.Tests.Adapters.Lora;

namespace Microsoft.ML.KappaTune.Tests.Issues;

/// <summary>Other programs leave the adapter's name, which PEFT takes out, in the names of tensors.</summary>
public sealed class AdapterNameInTensorNamesTests : IDisposable
{
    private readonly ForeignSample _sample = new();

    [Theory]
    [InlineData("default")]
    [InlineData("my-adapter_2")]
    public void A_name_is_taken_out(string name)
    {
        var layout = new PeftLayout();
        _sample.Expect(layout, _ => 2);
        Rename(layout, tensor => Named(tensor, name)).Write(_sample.Adapter);
        using KappaTuneTextClassificationTransformer model = _sample.Load(_sample.Adapter);
        _sample.AssertScores(model);
    }

    [Fact]
    public void Two_adapters_in_one_file_are_refused()
    {
        var layout = new PeftLayout();
        Rename(layout, tensor => Named(tensor, tensor.Contains("layer.0", StringComparison.Ordinal) ? "default" : "other"))
            .Write(_sample.Adapter);
        CheckpointFormatException e = _sample.Refused(_sample.Adapter);
        Assert.Contains("\"default\"", e.Reason, StringComparison.Ordinal);
        Assert.Contains("\"other\"", e.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("_orig_mod.", "torch.compile")]
    [InlineData("module.", "DataParallel")]
    public void A_wrappers_prefix_is_named_in_adapters_and_in_models(string prefix, string maker)
    {
        Rename(new PeftLayout(), tensor => tensor.Replace("base_model.model.", $"base_model.model.{prefix}", StringComparison.Ordinal))
            .Write(_sample.Adapter);
        CheckpointFormatException adapter = _sample.Refused(_sample.Adapter);
        Assert.Contains(maker, adapter.Reason, StringComparison.Ordinal);
        Assert.Contains(prefix, adapter.Reason, StringComparison.Ordinal);

        _sample.Rename(name => prefix + name);
        CheckpointFormatException model = _sample.Refused();
        Assert.Contains(maker, model.Reason, StringComparison.Ordinal);
        Assert.Contains($"\"{prefix}\"", model.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_other_prefix_of_all_tensors_is_named()
    {
        _sample.Rename(name => $"encoder_model.{name}");
        Assert.Contains("\"encoder_model.\"", _sample.Refused().Reason, StringComparison.Ordinal);
    }

    public void Dispose() => _sample.Dispose();

    private static string Named(string tensor, string name) => tensor.Contains(".lora_", StringComparison.Ordinal)
        ? tensor.Replace(".weight", $".{name}.weight", StringComparison.Ordinal)
        : tensor.Replace(".classifier.", $".classifier.modules_to_save.{name}.", StringComparison.Ordinal);

    private static PeftLayout Rename(PeftLayout layout, Func<string, string> rename)
    {
        foreach ((string name, (long[] Shape, float[] Values) tensor) in layout.Tensors.ToArray())
        {
            layout.Tensors.Remove(name);
            layout.Tensors[rename(name)] = tensor;
        }

        return layout;
    }
}
