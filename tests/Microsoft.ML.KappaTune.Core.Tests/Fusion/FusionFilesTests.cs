using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Fusion;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tests.Models;
using Microsoft.ML.KappaTune.Tests.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Fusion;

[Collection(nameof(ProcessSettings))]
public sealed class FusionFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_decoders_files_are_as_without_fusion_and_the_others_bring_the_rest_back()
    {
        DecoderConfig decoder = SmallDecoder.Config();
        string plain = _folder.File("plain"), fused = _folder.File("fused");
        using (CausalLanguageModel language = SmallDecoder.Model(decoder))
            ModelWriter.SaveFolder(plain, language);
        long before = LiveTensors.Settled();
        using FusedModel model = SmallFusion.Model(decoder, SmallFusion.Options with { InitialGain = new FusionOptions().InitialGain });
        FusionFiles.SaveFolder(fused, model);
        foreach (string file in Directory.EnumerateFiles(plain).Select(file => Path.GetFileName(file)))
            Assert.Equal(File.ReadAllBytes(Path.Combine(plain, file)), File.ReadAllBytes(Path.Combine(fused, file)));
        Assert.Equal((false, true), (FusionFiles.AreIn(plain), FusionFiles.AreIn(fused)));

        using Checkpoint checkpoint = Checkpoint.Open(fused);
        using (FusedModel loaded = FusionFiles.Load(checkpoint, fused))
        {
            Assert.Equal(model.FusionConfig, loaded.FusionConfig);
            TinyTask.AssertSame(TinyTask.Weights(model), TinyTask.Weights(loaded));
        }

        // Whoever knows of no fusion reads a language model.
        using (CausalLanguageModel language = CausalLanguageModel.Load(checkpoint))
            Assert.DoesNotContain(language.named_parameters(), named => FusionParts.IsOf(named.name));
        LiveTensors.AssertAre(before + model.parameters().Count());
    }

    [Fact]
    public void Files_that_are_wrong_or_not_of_each_other_are_named()
    {
        string folder = _folder.File("fused"), weights = Path.Combine(folder, FusionFiles.WeightsFile);
        using FusedModel model = SmallFusion.Model(SmallDecoder.Config());
        FusionFiles.SaveFolder(folder, model);
        using Checkpoint checkpoint = Checkpoint.Open(folder);
        long before = LiveTensors.Settled();

        SetField("decoder_size", 32);
        CheckpointFormatException e = Refused();
        Assert.Equal(("decoder_size", true), (e.Field, e.Reason.Contains("it is 32, and the decoder's states have 16 values")));
        FusionFiles.Save(folder, model);

        SetField("projector_size", 1 << 20);
        e = Refused();
        Assert.Equal(("fusion.projector.up.weight", "shape"), (e.Tensor, e.Field));
        Assert.Contains("[12, 16] instead of [1048576, 16]", e.Reason);
        FusionFiles.Save(folder, model);

        string[] names = [.. model.NewParameters];
        ModelWriter.Save(weights, model, onlyNames: names[1..]);
        e = Refused();
        Assert.Equal((weights, names[0], "it is missing"), (e.File, e.Tensor, e.Reason));

        ModelWriter.Save(weights, model, onlyNames: [.. names, "lm_head.weight"]);
        e = Refused();
        Assert.Equal(("lm_head.weight", "the model has no such tensor"), (e.Tensor, e.Reason));

        using (no_grad())
            model.get_parameter(names[2])!.FillInPlace(double.NaN);
        FusionFiles.Save(folder, model);
        e = Refused();
        Assert.Equal((weights, names[2]), (e.File, e.Tensor));

        File.Delete(weights);
        Assert.Equal(weights, Refused().File);
        LiveTensors.AssertAre(before);

        CheckpointFormatException Refused() => Assert.Throws<CheckpointFormatException>(() => FusionFiles.Load(checkpoint, folder));

        void SetField(string name, int value)
        {
            string file = Path.Combine(folder, FusionConfig.FileName);
            JsonObject root = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
            root[name] = value;
            File.WriteAllText(file, root.ToJsonString());
        }
    }

    [Fact]
    public void An_encoder_is_read_from_a_file_of_its_own_or_of_all()
    {
        DecoderConfig decoder = SmallDecoder.Config();
        using FusedModel model = SmallFusion.Model(decoder), other = SmallFusion.Model(decoder);
        using CtcEncoder alone = CtcEncoder.Create(SmallFusion.Config(), characters: 4, seed: 9, CPU);
        string file = _folder.File("encoder.safetensors");
        FusionFiles.SaveWeights(file, alone);
        FusionFiles.ReadEncoder(file, model);
        SortedDictionary<string, float[]> its = TinyTask.Weights(alone), now = TinyTask.Weights(model), before = TinyTask.Weights(other);
        foreach ((string name, float[] values) in now)
            Assert.Equal(FusionParts.IsOfEncoder(name) ? its[name] : before[name], values);
        Assert.False(TinyTask.AreSame(before, now));

        FusionFiles.SaveWeights(_folder.File("all.safetensors"), model);
        FusionFiles.ReadEncoder(_folder.File("all.safetensors"), other);
        TinyTask.AssertSame(now, TinyTask.Weights(other));

        using CtcEncoder larger = CtcEncoder.Create(SmallFusion.Config() with { EncoderSize = 16 }, characters: 4, seed: 9, CPU);
        FusionFiles.SaveWeights(file, larger);
        var e = Assert.Throws<CheckpointFormatException>(() => FusionFiles.ReadEncoder(file, model));
        Assert.Contains("[16, 3, 5] instead of [8, 3, 5]", e.Reason);
    }
}
