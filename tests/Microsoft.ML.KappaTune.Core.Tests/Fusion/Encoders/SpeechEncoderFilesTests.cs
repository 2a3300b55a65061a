using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Fusion;
using Microsoft.ML.KappaTune.IO;

namespace Microsoft.ML.KappaTune.Tests.Fusion;

/// <summary>What an encoder's files say is obeyed, refused or warned of.</summary>
public sealed class SpeechEncoderFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void States_are_counted_as_the_models_of_the_papers_have_them()
    {
        SpeechEncoderConfig wave = Read("""
            { "model_type": "wav2vec2", "hidden_size": 768, "num_attention_heads": 12, "intermediate_size": 3072 }
            """);
        Assert.Equal((768, 12, 1), (wave.Size, wave.LayerCount, wave.FrameSize));
        Assert.Equal([0, 0, 1, 1, 2, 49, 499], ((int[])[0, 399, 400, 719, 720, 16_000, 160_000]).Select(wave.StateCount));
        Assert.Equal(400, ((Wav2Vec2Config)wave).LeastSamples);
        Assert.Null(wave.MaximumFrames);

        SpeechEncoderConfig whisper = Read("""
            {
                "model_type": "whisper", "d_model": 384, "encoder_layers": 4, "encoder_attention_heads": 6, "encoder_ffn_dim": 1536,
                "num_mel_bins": 128
            }
            """);
        Assert.Equal((384, 4, 128, 3000), (whisper.Size, whisper.LayerCount, whisper.FrameSize, whisper.MaximumFrames));
        Assert.Equal([0, 1, 1, 2, 1500], ((int[])[0, 1, 2, 3, 3000]).Select(whisper.StateCount));
    }

    [Fact]
    public void Sound_is_made_as_the_files_say()
    {
        using (var whisper = SpeechEncoderModel.Open(RecordedEncoder.Folder(RecordedEncoder.Whisper)))
        {
            var sound = new LogMelOptions { Bands = 6, Normalization = LogMelNormalization.Whisper };
            Assert.Equal(new EncoderSound(16_000, sound, Normalizes: false), whisper.Sound);
        }

        using (var wave = SpeechEncoderModel.Open(RecordedEncoder.Folder("wav2vec2-layer-stable")))
            Assert.Equal(new EncoderSound(16_000, LogMel: null, Normalizes: true), wave.Sound);

        string folder = RecordedEncoder.Copy(RecordedEncoder.Whisper, _folder.File("other"));
        Edit("other", EncoderSound.FileName, json =>
        {
            json["sampling_rate"] = 32_000;
            json["n_fft"] = 1024;
            json["hop_length"] = 320;
        });
        using (var other = SpeechEncoderModel.Open(folder))
        {
            LogMelOptions sound = other.Sound.LogMel!;
            Assert.Equal((32_000, 1024, 320, 8000.0), (sound.SampleRate, sound.WindowLength, sound.HopLength, sound.Highest));
        }

        // Newer versions of transformers write it as a part of another file.
        string old = Path.Combine(folder, EncoderSound.FileName);
        var within = new JsonObject { ["feature_extractor"] = JsonNode.Parse(File.ReadAllText(old)) };
        File.WriteAllText(Path.Combine(folder, "processor_config.json"), within.ToJsonString());
        File.Delete(old);
        using (var newer = SpeechEncoderModel.Open(folder))
            Assert.Equal(32_000, newer.Sound.SampleRate);
        File.Delete(Path.Combine(folder, "processor_config.json"));
        Assert.Contains("no preprocessor_config.json", Refused("other").Reason);
    }

    [Theory]
    [InlineData(RecordedEncoder.Whisper, "config.json", "model_type", "\"hubert\"", "a model of type hubert is no encoder of speech")]
    [InlineData(RecordedEncoder.Whisper, "config.json", "d_model", "9", "it isn't a multiple of its 2 heads")]
    [InlineData(RecordedEncoder.Whisper, "config.json", "activation_function", "\"mish\"", "the activation")]
    [InlineData(RecordedEncoder.Whisper, "preprocessor_config.json", "feature_size", "80", "it is 80, and the encoder's frames have 6")]
    [InlineData(RecordedEncoder.Whisper, "preprocessor_config.json", "dither", "0.1", "noise is added")]
    [InlineData(RecordedEncoder.Whisper, "preprocessor_config.json", "padding_value", "-1.5", "sound is padded with zeros")]
    [InlineData(RecordedEncoder.Whisper, "preprocessor_config.json", "hop_length", "0", "it isn't a whole number")]
    [InlineData(
        RecordedEncoder.Wav2Vec2, "config.json", "num_conv_pos_embedding_groups", "3", "it isn't a multiple of num_conv", "hidden_size")]
    [InlineData(RecordedEncoder.Wav2Vec2, "config.json", "conv_stride", "[5, 2]", "conv_dim, conv_kernel and conv_stride", "conv_kernel")]
    [InlineData(RecordedEncoder.Wav2Vec2, "config.json", "conv_dim", "[6, 0, 5]", "it isn't a list of whole numbers of 1 or more")]
    [InlineData(RecordedEncoder.Wav2Vec2, "config.json", "feat_extract_norm", "\"batch\"", "the norm batch isn't supported")]
    [InlineData(RecordedEncoder.Wav2Vec2, "config.json", "add_adapter", "true", "it has convolutions behind its layers")]
    [InlineData(RecordedEncoder.Wav2Vec2, "config.json", "adapter_attn_dim", "16", "it has adapters of languages")]
    [InlineData(RecordedEncoder.Wav2Vec2, "preprocessor_config.json", "feature_size", "2", "samples of several channels")]
    [InlineData(RecordedEncoder.Wav2Vec2, "preprocessor_config.json", "sampling_rate", "100", "it isn't from 1000 to 192000")]
    public void A_field_that_is_wrong_is_named(string name, string file, string field, string value, string reason, string? told = null)
    {
        RecordedEncoder.Copy(name, _folder.File("encoder"));
        Edit("encoder", file, json => json[field] = JsonNode.Parse(value));
        CheckpointFormatException e = Refused("encoder");
        Assert.Equal((_folder.File($"encoder/{file}"), told ?? field), (e.File, e.Field));
        Assert.StartsWith(reason, e.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Tensors_that_do_not_fit_are_named_and_others_are_warned_of()
    {
        RecordedEncoder.Copy("wav2vec2-layer-stable", _folder.File("encoder"));
        Edit("encoder", "config.json", json => json["num_hidden_layers"] = 3);
        CheckpointFormatException e = Refused("encoder");
        Assert.Equal(("wav2vec2.encoder.layers.2.attention.q_proj.weight", "it is missing"), (e.Tensor, e.Reason));
        Edit("encoder", "config.json", json => json["num_hidden_layers"] = 1);
        e = Refused("encoder");
        Assert.StartsWith("wav2vec2.encoder.layers.1.", e.Tensor, StringComparison.Ordinal);
        Assert.Equal("an encoder as config.json says has no such tensor", e.Reason);
        Edit("encoder", "config.json", json => (json["num_hidden_layers"], json["intermediate_size"]) = (2, 16));
        e = Refused("encoder");
        Assert.Equal("shape", e.Field);
        Assert.Contains("it is [12, 8] instead of [16, 8], as config.json says", e.Reason);

        Edit("encoder", "config.json", json => (json["intermediate_size"], json["whitens"]) = (12, true));
        Edit("encoder", "preprocessor_config.json", json => json["echo"] = 1);
        string weights = _folder.File("encoder/model.safetensors");
        using (var file = SafetensorsFile.Open(Path.Combine(RecordedEncoder.Folder("wav2vec2-layer-stable"), "model.safetensors")))
        {
            var extra = new TensorSource("extra.weight", TensorDataType.Float32, [1], stream => stream.Write(new byte[4]));
            SafetensorsWriter.Write(weights, [.. file.Tensors.Select(TensorSource.Copy), extra]);
        }

        var warnings = new List<string>();
        SpeechEncoderModel.Open(_folder.File("encoder"), warnings.Add).Dispose();
        Assert.Equal(3, warnings.Count);
        Assert.Contains($"{weights}, extra.weight: it isn't known and has no effect here.", warnings);
        Assert.Contains(warnings, warning => warning.Contains("config.json, whitens: ", StringComparison.Ordinal));
        Assert.Contains(warnings, warning => warning.Contains("preprocessor_config.json, echo: ", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(SpeechEncoderTests.Names), MemberType = typeof(SpeechEncoderTests))]
    public void A_fused_models_file_says_it_again(string name)
    {
        using var model = SpeechEncoderModel.Open(RecordedEncoder.Folder(name));
        string json = FusionConfig.Create(new(), model.Config, model.Sound.Normalizes, decoderSize: 16).ToJson();
        FusionConfig config = Fused(json);
        Assert.Equal(json, config.ToJson());
        Assert.Equal((8, model.Config.FrameSize), (config.EncoderSize, config.FrameSize));

        string size = name == RecordedEncoder.Whisper ? "d_model" : "hidden_size";
        Refuse(root => root["encoder_model"]!.AsObject().Remove(size), $"encoder_model.{size}", "it is missing");
        Refuse(root => root["encoder_model"]!["whitens"] = true, "encoder_model.whitens", "this version doesn't know it");
        Refuse(root => root["convolutions"] = 2, "convolutions", "this version doesn't know it");
        Refuse(root => root["frame_size"] = 7, "frame_size", $"it isn't the encoder's {model.Config.FrameSize}");

        void Refuse(Action<JsonObject> change, string field, string reason)
        {
            JsonObject root = JsonNode.Parse(json)!.AsObject();
            change(root);
            var e = Assert.Throws<CheckpointFormatException>(() => Fused(root.ToJsonString()));
            Assert.Equal((field, reason), (e.Field, e.Reason));
        }

        static FusionConfig Fused(string text) =>
            FusionConfig.Read(JsonField.Parse(FusionConfig.FileName, System.Text.Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void A_folder_without_weights_or_configuration_is_refused()
    {
        RecordedEncoder.Copy(RecordedEncoder.Wav2Vec2, _folder.File("encoder"));
        File.Delete(_folder.File("encoder/config.json"));
        Assert.Contains("no config.json", Refused("encoder").Reason);
        Assert.Throws<CheckpointFormatException>(() => SpeechEncoderModel.Open(_folder.File("none")));
    }

    private static SpeechEncoderConfig Read(string json) =>
        SpeechEncoderConfig.Read(new(JsonField.Parse("config.json", System.Text.Encoding.UTF8.GetBytes(json))));

    private CheckpointFormatException Refused(string folder) =>
        Assert.Throws<CheckpointFormatException>(() => SpeechEncoderModel.Open(_folder.File(folder)));

    private void Edit(string folder, string file, Action<JsonObject> change)
    {
        string path = _folder.File($"{folder}/{file}");
        JsonObject root = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        change(root);
        File.WriteAllText(path, root.ToJsonString());
    }
}
