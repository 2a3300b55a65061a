using System.Text;
using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Fusion;
using Microsoft.ML.KappaTune.IO;
using Microsoft.ML.KappaTune.Options;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Fusion;

public sealed class FusionConfigTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 1)]
    [InlineData(3, 5)]
    public void One_function_counts_states_and_vectors_for_any_number_of_frames(int convolutions, int stacked)
    {
        FusionConfig config = SmallFusion.Config(
            SmallFusion.Options with { Convolutions = convolutions, StackedVectors = stacked, EncoderLayers = 0 });
        using var guard = no_grad();
        using CtcEncoder encoder = CtcEncoder.Create(config, characters: 2, seed: 1, CPU);
        int ofOneState = 1 << convolutions;
        for (int frames = 0; frames <= 200; frames++)
        {
            Assert.Equal((frames + ofOneState - 1) / ofOneState, config.StateCount(frames));
            Assert.Equal((frames + ofOneState * stacked - 1) / (ofOneState * stacked), config.VectorCount(frames));
            using var scope = NewDisposeScope();
            Tensor states = encoder.Predict(FrameBatch.Create([SmallFusion.Frames(frames)], CPU));
            // There is one place in a tensor even where there is no frame.
            Assert.Equal([1L, Math.Max(1, config.StateCount(frames)), 3], states.shape);
        }

        Assert.Equal(1 << (31 - convolutions), config.StateCount(int.MaxValue));
    }

    [Fact]
    public void What_a_second_of_samples_takes_of_memory_is_not_what_a_second_of_bands_does()
    {
        FusionConfig bands = SmallFusion.Config(new());
        Assert.Equal(3000, bands.WeightOf(3000));
        const string Config = """{ "hidden_size": 768, "num_attention_heads": 12, "intermediate_size": 3072 }""";
        SpeechEncoderConfig read =
            Wav2Vec2Config.ReadFrom(new ConfigFields(JsonField.Parse("config.json", Encoding.UTF8.GetBytes(Config))));
        FusionConfig samples = FusionConfig.Create(new FusionOptions(), read, normalizesFrames: true, decoderSize: 4);
        // 3199 places of 512 values, and 49 states; so that a batch has half a minute, and not a second.
        Assert.Equal(3199 * 512 / 4096 + 49, samples.WeightOf(16_000));
        Assert.InRange(16_384 / samples.WeightOf(3 * 16_000), 10, 16);
        Assert.Equal(1, 16_384 / samples.WeightOf(30 * 16_000));
        Assert.True(samples.WeightOf(int.MaxValue) > 16_384);
        Assert.Equal(0, samples.WeightOf(0));
    }

    [Fact]
    public void A_configuration_is_read_as_it_was_written()
    {
        FusionConfig config = SmallFusion.Config(SmallFusion.Options with
        {
            InitialGain = new FusionOptions().InitialGain,
            NormalizeFrames = false,
            PromptBefore = "",
            PromptAfter = "\n\"ä\":",
        });
        Assert.Equal(config, Read(config.ToJson()));
        Assert.Equal(SmallFusion.Config(new()), Read(SmallFusion.Config(new()).ToJson()));
    }

    [Theory]
    [InlineData("frame_size", null, "it is missing")]
    [InlineData("frame_size", "0", "it isn't a whole number from 1 to")]
    [InlineData("convolutions", "9", "it isn't a whole number from 1 to 8")]
    [InlineData("encoder_size", "2000000000", "it isn't a whole number from 1 to")]
    [InlineData("encoder_size", "10", "it isn't a multiple of twice the number of heads")]
    [InlineData("normalizes_frames", "1", "it isn't true or false")]
    [InlineData("prompt_after", "2", "it isn't a string")]
    [InlineData("codec", "\"opus\"", "this version doesn't know it")]
    public void A_field_that_is_wrong_is_named(string field, string? value, string reason)
    {
        JsonObject root = JsonNode.Parse(SmallFusion.Config().ToJson())!.AsObject();
        if (value is null)
            root.Remove(field);
        else
            root[field] = JsonNode.Parse(value);
        var e = Assert.Throws<CheckpointFormatException>(() => Read(root.ToJsonString()));
        Assert.Equal((FusionConfig.FileName, field), (e.File, e.Field));
        Assert.StartsWith(reason, e.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_are_checked()
    {
        Check(new());
        Check(SmallFusion.Options);
        // Without layers there are no heads.
        Check(new() { EncoderSize = 3 });
        var e = Assert.Throws<ArgumentException>(() => Check(new()
        {
            EncoderSize = 12,
            EncoderLayers = 1,
            Convolutions = 0,
            InitialGain = 0,
            EncoderLearningRate = 2,
            PromptBefore = null!,
        }));
        foreach (string part in (string[])
            [
                "EncoderSize is 12; allowed is a multiple of 8, twice EncoderHeads.", "Convolutions is 0; allowed is from 1 to 8.",
                "InitialGain is 0;", "EncoderLearningRate is 2;", "PromptBefore is null; allowed is a text.",
            ])
            Assert.Contains(part, e.Message);

        static void Check(FusionOptions options)
        {
            var problems = new OptionProblems();
            options.Check(problems);
            problems.Throw();
        }
    }

    private static FusionConfig Read(string json) =>
        FusionConfig.Read(JsonField.Parse(FusionConfig.FileName, Encoding.UTF8.GetBytes(json)));
}
