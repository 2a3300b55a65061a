using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Tests.LanguageModels;

/// <summary>A mixture of experts in a pipeline of ML.NET: what isn't selected stays, and has no optimizer state.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class MixtureTests : LanguageModelPipeline
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Experts_that_are_not_selected_are_bit_identical_and_have_no_optimizer_state(bool isLora)
    {
        string path = TinyDecoder.Write(_folder, "mixture", TinyDecoder.Config with
        {
            Family = ModelFamilies.Mixtral,
            IntermediateSize = 8,
            Experts = new() { Count = 4, ChosenCount = 2, IntermediateSize = 8, Renormalises = true },
        });
        string tuned = _folder.File("tuned"), adapter = _folder.File("adapter"), states = _folder.File("states");
        using var model = Fit(Options with
        {
            BaseModel = path,
            Selection = KappaSelection.Lowest(3) with { Include = ["*.experts.*"] },
            Method = isLora ? TuningMethod.Lora(2) : TuningMethod.Direct,
            MaxEpochs = 2,
            CheckpointDirectory = states,
        });
        model.SaveModel(tuned);
        string[] selected = [.. model.Report.Plan.Selected.Select(matrix => matrix.Name).Order(StringComparer.Ordinal)];
        Assert.Equal(3, selected.Length);
        Assert.All(selected, name => Assert.Contains(".experts.", name, StringComparison.Ordinal));

        SortedDictionary<string, byte[]> before = Bits(path), after = Bits(tuned);
        Assert.Equal(before.Keys, after.Keys);
        Assert.Equal(selected, before.Keys.Where(name => !before[name].AsSpan().SequenceEqual(after[name])));
        (string Name, long Bytes)[] moments = Moments(states);
        Assert.Equal(8 * model.Report.TrainableParameters, moments.Sum(moment => moment.Bytes));
        Assert.All(moments, moment => Assert.Contains(
            selected, name => moment.Name.StartsWith(name[..^".weight".Length], StringComparison.Ordinal)));
        Assert.All(selected, name => Assert.Contains(
            moments, moment => moment.Name.StartsWith(name[..^".weight".Length], StringComparison.Ordinal)));
        if (!isLora)
            return;

        model.SaveAdapter(adapter);
        using Checkpoint plain = Checkpoint.Open(path);
        using CausalLanguageModel other = CausalLanguageModel.Load(plain);
        using LoraAdapters adapters = LoraAdapters.Load(other, adapter);
        Assert.Equal(selected, adapters.ByModule.Keys.Select(module => $"{module}.weight"));
        adapters.Merge();
        Assert.Equal(after, Bits(other));
    }

    private static SortedDictionary<string, byte[]> Bits(string folder)
    {
        using Checkpoint checkpoint = Checkpoint.Open(folder);
        using CausalLanguageModel model = CausalLanguageModel.Load(checkpoint);
        return Bits(model);
    }

    private static SortedDictionary<string, byte[]> Bits(CausalLanguageModel model) => new(
        model.named_parameters().ToDictionary(named => named.name, named => named.parameter.bytes.ToArray()), StringComparer.Ordinal);

    /// <summary>AdamW's moments in a training state, by the names of what they are of.</summary>
    private static (string Name, long Bytes)[] Moments(string states)
    {
        using SafetensorsFile file = SafetensorsFile.Open(
            Directory.GetFiles(states, "tensors.safetensors", SearchOption.AllDirectories).Single());
        return [.. file.Tensors.Where(view => view.Name.Contains("_moment/", StringComparison.Ordinal))
            .Select(view => (view.Name.Split("_moment/")[1], view.ByteLength))];
    }
}
