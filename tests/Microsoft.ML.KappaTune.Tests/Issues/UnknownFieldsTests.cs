using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.IO;
using Microsoft.ML.KappaTune.Tests.Adapters.Lora;
using Microsoft.ML.KappaTune.Tests.TextClassification;

namespace Microsoft.ML.KappaTune.Tests.Issues;

/// <summary>A field of a foreign file that nobody knows may matter to whoever wrote it: one warning, wherever the file is read.</summary>
public sealed class UnknownFieldsTests : IDisposable
{
    private static readonly string[] Files = ["config.json", "tokenizer_config.json", "special_tokens_map.json", "generation_config.json"];

    private readonly ForeignSample _sample = new();
    private readonly List<string> _warnings = [];

    public UnknownFieldsTests() => _sample.Context.Log += (_, e) =>
    {
        if (e.Kind == Runtime.ChannelMessageKind.Warning)
            _warnings.Add(e.RawMessage);
    };

    [Theory]
    [InlineData("loaded")]
    [InlineData("adapted")]
    [InlineData("tuned")]
    [InlineData("embedded")]
    [InlineData("read")]
    public void A_field_that_nobody_knows_is_one_warning_in_the_log(string way)
    {
        Use(way);
        Assert.Empty(_warnings);
        List<string> expected = Confuse();
        Use(way);
        if (way == "adapted")
            expected.Add(Path.Combine(_sample.Adapter, "adapter_config.json"));
        Assert.Equal(expected.Select(WarningOf).Order(StringComparer.Ordinal), _warnings.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Reports_have_the_same_warnings()
    {
        string[] expected = [.. Confuse().Select(WarningOf)];
        using KappaTuneTextClassificationTransformer tuned = Tune();
        Assert.Equal(expected, tuned.Report!.Warnings);
        var options = new ScanOptions { CacheDirectory = null };
        ScanReport scan = CheckpointScanner.Scan(_sample.Base, options, TestContext.Current.CancellationToken);
        Assert.Equal(expected, scan.Warnings);
        ScanReport[] parts =
        [
            .. Enumerable.Range(1, 2).Select(part => CheckpointScanner.Scan(
                _sample.Base, options with { Part = part, PartCount = 2 }, TestContext.Current.CancellationToken)),
        ];
        Assert.Equal(expected, ScanReport.Merge(parts).Warnings);
    }

    [Fact]
    public void A_field_of_a_component_is_named_by_its_path()
    {
        File.WriteAllText(_sample.BaseFile("tokenizer.json"), """
            {
              "version": "1.0", "mystery": 1, "truncation": { "max_length": 8, "mystery": 1 }, "padding": { "anything": 1 },
              "added_tokens": [{ "id": 0, "content": "[PAD]", "mystery": 1 }, { "id": 1, "content": "[UNK]", "mystery": 2 }],
              "normalizer": { "type": "Sequence", "normalizers": [{ "type": "NFC" }, { "type": "Lowercase", "mystery": 1 }] },
              "pre_tokenizer": { "type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "mystery": null },
              "post_processor": null, "decoder": { "type": "of another kind", "mystery": 1 }, "model": { "type": "BPE", "mystery": 1,
                "vocab": {} }
            }
            """);
        string[] paths =
        [
            "mystery", "truncation.mystery", "added_tokens.mystery", "model.mystery", "normalizer.normalizers.mystery",
            "pre_tokenizer.mystery",
        ];
        Assert.Equal(
            paths.Select(path => $"{_sample.BaseFile("tokenizer.json")}, {path}: it isn't known and has no effect here."),
            UnknownFields.OfModel(_sample.Base));
    }

    [Fact]
    public void A_field_of_the_rotary_embeddings_is_named_by_its_path()
    {
        string config = Path.Combine(Directory.CreateDirectory(Path.Combine(_sample.Base, "decoder")).FullName, "config.json");
        File.WriteAllText(config, """
            {
              "model_type": "llama", "rope_scaling": { "type": "yarn", "factor": 2, "finetuned": true },
              "rope_parameters": {
                "full_attention": { "rope_type": "linear", "factor": 8, "mystery": 1 }, "sliding_attention": null, "other": {}
              }
            }
            """);
        string[] paths = ["rope_parameters.full_attention.mystery", "rope_parameters.other", "rope_scaling.finetuned"];
        Assert.Equal(
            paths.Select(path => $"{config}, {path}: it isn't known and has no effect here."),
            UnknownFields.OfModel(Path.GetDirectoryName(config)!));
        // An encoder has no rotary embeddings: the object itself isn't known there.
        File.WriteAllText(config, """{ "model_type": "bert", "rope_scaling": { "mystery": 1 } }""");
        Assert.Equal(
            [$"{config}, rope_scaling: it isn't known and has no effect here."], UnknownFields.OfModel(Path.GetDirectoryName(config)!));
    }

    [Fact]
    public void A_family_that_is_only_scanned_has_no_table_and_a_damaged_file_its_own_message()
    {
        _sample.Configure(("model_type", "\"of-another-kind\""), ("mystery", "1"));
        Assert.Empty(UnknownFields.OfModel(_sample.Base));
        File.WriteAllText(_sample.BaseFile("generation_config.json"), "{");
        Assert.Empty(UnknownFields.OfModel(_sample.Base));
    }

    [Theory]
    [InlineData(".", 50)]
    [InlineData("../cases", 20)]
    public void Every_field_of_the_recorded_files_is_in_a_table(string folder, int least)
    {
        string root = Golden.Open(folder);
        Assert.SkipWhen(!Directory.Exists(root), $"There is no folder {folder} beside the recorded files.");
        string[] names = [.. Files, "tokenizer.json", "adapter_config.json"];
        string[] folders =
        [
            .. names.SelectMany(name => Directory.EnumerateFiles(root, name, SearchOption.AllDirectories))
                .Select(file => Path.GetDirectoryName(file)!).Distinct(),
        ];
        Assert.True(folders.Length >= least, $"{folders.Length} folders");
        Assert.Empty(folders.SelectMany(UnknownFields.OfModel));
        // IA3 and the like are refused by their type; their fields don't matter.
        Assert.Empty(folders.Where(IsLora).SelectMany(UnknownFields.OfAdapter));
    }

    [Fact]
    public void The_built_in_model_has_nothing_unknown() => Assert.Empty(UnknownFields.OfModel(EmbeddedModel.Folder));

    public void Dispose() => _sample.Dispose();

    private static string WarningOf(string file) => $"{file}, mystery: it isn't known and has no effect here.";

    private static bool IsLora(string folder) =>
        Path.Combine(folder, "adapter_config.json") is var file && File.Exists(file)
        && JsonFile.ReadObject(file).TryGetProperty("peft_type", out var type) && type.ValueEquals("LORA");

    /// <summary>Adds a field to every file of the sample.</summary>
    /// <returns>The base model's files.</returns>
    private List<string> Confuse()
    {
        foreach (string name in Files)
            _sample.Configure(name, ("mystery", "{\"any\": \"thing\"}"));
        new PeftLayout { Config = { ["mystery"] = "1" } }.Write(_sample.Adapter);
        return [.. Files.Select(_sample.BaseFile)];
    }

    private void Use(string way)
    {
        switch (way)
        {
            case "loaded":
                _sample.Load().Dispose();
                break;
            case "adapted":
                if (!File.Exists(Path.Combine(_sample.Adapter, "adapter_config.json")))
                    new PeftLayout().Write(_sample.Adapter);
                _sample.Load(_sample.Adapter).Dispose();
                break;
            case "tuned":
                Tune().Dispose();
                break;
            case "embedded":
                _sample.Context.Transforms.Text.KappaTuneEmbedding("Vector", "Sentence1", _sample.Base).Fit(_sample.Rows).Dispose();
                break;
            default:
                Assert.NotNull(_sample.Context.Data.LoadFromCheckpoint(_sample.Base).GetRowCount());
                break;
        }
    }

    private KappaTuneTextClassificationTransformer Tune() => _sample.Context.MulticlassClassification.Trainers
        .KappaTuneTextClassification(FittedModel.TinyOptions(_sample.Base) with { MaxEpochs = 1 })
        .Fit(Document.View(_sample.Context, 12, classes: 2));
}
