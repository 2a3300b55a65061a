using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.KappaTune;
using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tests;
using Microsoft.ML.KappaTune.Tests.Retention;
using TorchSharp;

namespace KappaTune.Cli.Tests.Commands;

/// <summary>What models in all their forms kept of what their base knew.</summary>
public sealed class RetentionTests : IDisposable
{
    private static readonly string[] Fields =
    [
        "schema", "base_model", "base_fingerprint", "tuned_model", "max_windows", "window_tokens", "masked_share", "pairs_at_once", "texts",
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly string _base, _text;

    public RetentionTests()
    {
        _base = TinyModel.Write(_folder);
        _text = WriteText("control.txt", seed: 9);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("direct")]
    [InlineData("lora")]
    public void A_saved_model_kept_what_its_own_report_says(string method)
    {
        TuningReport tuned = Tune(method);
        JsonElement text = Assert.Single(Measure(_base, _folder.File("model.zip"), _text).EnumerateArray());
        AssertSame(tuned.Retention!, text);

        using var model = (IDisposable)new MLContext().Model.Load(_folder.File("model.zip"), out _);
        var transformer = ((IEnumerable<ITransformer>)model).OfType<KappaTuneTextClassificationTransformer>().Single();
        transformer.SaveModel(_folder.File("folder"));
        AssertSame(tuned.Retention!, Measure(_base, _folder.File("folder"), _text)[0]);
        if (method != "lora")
            return;
        transformer.SaveAdapter(_folder.File("adapter"));
        AssertSame(tuned.Retention!, Measure(_base, _folder.File("adapter"), _text)[0]);
    }

    [Fact]
    public void An_untouched_model_kept_everything_of_every_text()
    {
        string other = WriteText("other.txt", seed: 5);
        (string output, JsonElement texts) = Run(_base, _base, "--text", _text, "--text", other);
        Assert.Equal([_text, other], texts.EnumerateArray().Select(text => text.GetProperty("text").GetString()));
        Assert.All(texts.EnumerateArray(), text => Assert.Equal(0, Value(text, "loss", "difference")));
        Assert.All(texts.EnumerateArray(), text => Assert.All(
            text.GetProperty("drift").EnumerateArray(), layer => Assert.Equal(1, layer.GetProperty("linear_cka").GetDouble())));
        Assert.Contains("control.txt: ", output);
        Assert.Contains("other.txt: ", output);
        Assert.Matches("Guessed right, % +[0-9.]+ +[0-9.]+ +0.0 +0.0 to 0.0", output);
        Assert.Equal(2, output.Split("layer 2 ").Length - 1);
        Assert.All(output.Split('\n'), line => Assert.InRange(line.Length, 0, 80));
    }

    [Fact]
    public void Without_a_text_the_sample_that_ships_is_measured_on_and_told_to_be_English()
    {
        (int exitCode, string output, string error) = Tool.Run("retention", _base, _base, "--windows", "20");
        Assert.Equal(0, exitCode);
        Assert.StartsWith("English prose (the shipped sample): 20 windows, ", output);
        Assert.Contains("No --text was named", error);
        Assert.Contains("English", error);
        (_, _, error) = Tool.Run("retention", _base, _base, "--text", _text);
        Assert.DoesNotContain("No --text", error);
    }

    [Fact]
    public void That_sample_is_one_of_several_texts_by_its_name()
    {
        (_, JsonElement texts) = Run(_base, _base, "--text", "english", "--text", _text, "--windows", "20");
        Assert.Equal(
            ["English prose (the shipped sample)", _text], texts.EnumerateArray().Select(text => text.GetProperty("text").GetString()));
    }

    [Fact]
    public void Another_model_is_measured_on_as_many_windows_as_asked_for()
    {
        string other = TinyModel.Write(_folder, "other", seed: 2);
        JsonElement all = Measure(_base, other, _text)[0];
        (string output, JsonElement texts) = Run(_base, other, "--text", _text, "--windows", "3");
        Assert.Equal(3, texts[0].GetProperty("windows").GetInt32());
        Assert.NotEqual(3, all.GetProperty("windows").GetInt32());
        Assert.NotEqual(0, Value(texts[0], "loss", "difference"));
        Assert.Contains(": 3 windows, ", output);
    }

    [Fact]
    public void A_sentence_encoder_is_asked_for_neighbouring_sentences()
    {
        string encoder = SentenceEncoder.Write(_folder), text = _folder.Write("sentences.txt", SentenceEncoder.Text(pairs: 12));
        (string output, JsonElement texts) = Run(encoder, encoder, "--text", text);
        Assert.Equal("sentence_pairs", texts[0].GetProperty("objective").GetString());
        Assert.Equal(12, texts[0].GetProperty("windows").GetInt32());
        Assert.Contains(": 12 pairs of sentences, ", output);
        Assert.Matches("Neighbour found, % +[0-9.]+ +[0-9.]+ +0.0 +0.0 to 0.0", output);
        Assert.Contains("KL(base, tuned) on this text: 0.0000 nats a sentence (0.0000 to 0.0000).", output);
        Assert.Contains("KL on texts of the task isn't measured", output);
        Assert.All(output.Split('\n'), line => Assert.InRange(line.Length, 0, 80));
    }

    [Fact]
    public void On_the_tasks_own_texts_predictions_are_compared()
    {
        string task = _folder.Write(
            "task.tsv", "Queue\tSubject\n" + string.Join('\n', TinyModel.Texts(20).Select(row => $"{row.Class}\t{row.Text}")));
        string other = TinyModel.Write(_folder, "other", seed: 2);
        (string output, JsonElement texts) = Run(_base, other, "--text", _text, "--task", task, "--task-column", "Subject");
        Assert.Equal(20, texts[0].GetProperty("task_texts").GetInt32());
        Assert.True(texts[0].GetProperty("task_divergence").GetProperty("value").GetDouble() > 0);
        Assert.Matches(@"KL\(base, tuned\) on this text: 0\.[0-9]{4} nats a token \(0", output);
        Assert.Contains("KL(base, tuned) on 20 texts of the task: ", output);
        Assert.All(output.Split('\n'), line => Assert.InRange(line.Length, 0, 80));
        Assert.Equal(JsonValueKind.Null, Measure(_base, other, _text)[0].GetProperty("task_divergence").ValueKind);
        Refused("Name the right one with --task-column", _base, other, "--text", _text, "--task", task);
    }

    [Fact]
    public void A_decoder_is_asked_for_next_tokens()
    {
        string before = WriteDecoder("decoder", seed: 1), after = WriteDecoder("tuned-decoder", seed: 2);
        (string output, JsonElement texts) = Run(before, after, "--text", _text);
        Assert.Equal("next_token", texts[0].GetProperty("objective").GetString());
        Assert.Equal(Math.Exp(Value(texts[0], "loss", "after")), Value(texts[0], "perplexity", "after"), 1e-6);
        Assert.Matches("Perplexity +[0-9.]+ +[0-9.]+ +[+-][0-9.]+", output);
        Assert.All(output.Split('\n'), line => Assert.InRange(line.Length, 0, 80));
        Refused("", before, _base, "--text", _text);
        Refused($"wasn't tuned from {before}", before, WriteDecoder("wide", seed: 1, hidden: 32), "--text", _text);
    }

    [Fact]
    public void A_decoders_adapter_is_part_of_the_tuned_model_alone()
    {
        string before = WriteDecoder("decoder", seed: 1), adapter = _folder.File("adapter");
        using (Checkpoint checkpoint = Checkpoint.Open(before))
        using (CausalLanguageModel model = CausalLanguageModel.Load(checkpoint))
        {
            string[] weights = [.. model.LinearLayers.Keys.Where(path => path.EndsWith("v_proj")).Select(path => $"{path}.weight")];
            using LoraAdapters adapters = LoraAdapters.Attach(model, weights, TuningMethod.Lora(rank: 2), seed: 1);
            using (torch.no_grad())
            {
                foreach (torch.Tensor parameter in model.LinearLayers.Values.SelectMany(
                    projection => projection.Adapter?.parameters() ?? []))
                    parameter.normal_();
            }

            adapters.Save(adapter, before, weights);
        }

        JsonElement untouched = Measure(before, before, _text)[0], tuned = Measure(before, adapter, _text)[0];
        Assert.Equal(0, Value(untouched, "perplexity", "difference"));
        Assert.Equal(Value(untouched, "perplexity", "before"), Value(tuned, "perplexity", "before"));
        Assert.NotEqual(0, Value(tuned, "perplexity", "difference"));
        Assert.Equal(1, tuned.GetProperty("drift")[0].GetProperty("linear_cka").GetDouble());
    }

    [Fact]
    public void What_can_t_be_compared_is_refused()
    {
        string small = TinyModel.Write(_folder, "small", config: TinyModel.Config(hidden: 16));
        Refused($"{small} wasn't tuned from {_base}", _base, small, "--text", _text);
        Refused(_folder.File("absent"), _base, _folder.File("absent"), "--text", _text);
        Refused(_folder.File("absent.txt"), _base, _base, "--text", _text, "--text", _folder.File("absent.txt"));
        Refused("--json: there is no folder", _base, _base, "--text", _text, "--json", _folder.File("no/where.json"));
        string zip = _folder.Write("broken.zip", "PK");
        Refused(zip, _base, zip, "--text", _text);
    }

    [Fact]
    public void A_cancelled_measurement_writes_nothing()
    {
        string[] arguments = ["retention", _base, _base, "--text", _text, "--json", _folder.File("kept.json")];
        (int exitCode, string output, _) = Tool.Run(new CancellationToken(canceled: true), arguments);
        Assert.Equal((ExitCode.Cancelled, ""), (exitCode, output));
        Assert.False(File.Exists(_folder.File("kept.json")));
    }

    private JsonElement Measure(string before, string after, string text) => Run(before, after, "--text", text).Texts;

    private (string Output, JsonElement Texts) Run(string before, string after, params string[] options)
    {
        (int exitCode, string output, string error) =
            Tool.Run(["retention", before, after, "--json", _folder.File("kept.json"), .. options]);
        Assert.True(exitCode == 0, error);
        JsonElement root = JsonDocument.Parse(File.ReadAllText(_folder.File("kept.json"))).RootElement;
        Assert.Equal(Fields, root.EnumerateObject().Select(field => field.Name));
        Assert.Equal((1, before, after), (root.GetProperty("schema").GetInt32(), Text("base_model"), Text("tuned_model")));
        Assert.Equal(32, Text("base_fingerprint").Length);
        return (output, root.GetProperty("texts"));

        string Text(string name) => root.GetProperty(name).GetString()!;
    }

    private static void Refused(string message, params string[] arguments)
    {
        (int exitCode, string output, string error) = Tool.Run(["retention", .. arguments]);
        Assert.Equal((ExitCode.BadInput, ""), (exitCode, output));
        Assert.Contains(message, Assert.Single(error.TrimEnd().Split('\n')));
    }

    private TuningReport Tune(string method)
    {
        IEnumerable<string> rows = TinyModel.Texts(32, longest: 4).Select(row => $"{row.Class}\t{row.Text}");
        string train = _folder.File("train.tsv"), json = _folder.File("report.json");
        File.WriteAllLines(train, rows.Prepend("Label\tText"));
        (int exitCode, _, string error) = Tool.Run(
            "tune", "--base", _base, "--train", train, "--output", _folder.File("model.zip"), "--json", json, "--no-cache", "--epochs", "2",
            "--fraction", "0.5", "--lr", "0.005", "--method", method, "--retention-text", _text);
        Assert.True(exitCode == 0, error);
        return TuningReport.Load(json);
    }

    private string WriteText(string name, int seed) =>
        _folder.Write(name, string.Join(' ', TinyModel.Texts(60, seed: seed).Select(row => row.Text)));

    private string WriteDecoder(string name, long seed, int hidden = 16)
    {
        var config = new DecoderConfig
        {
            VocabularySize = TinyModel.Vocabulary.Length,
            HiddenSize = hidden,
            LayerCount = 2,
            HeadCount = 2,
            KeyValueHeadCount = 1,
            HeadSize = hidden / 2,
            IntermediateSize = 24,
            MaxTokens = 64,
        };
        using CausalLanguageModel model = CausalLanguageModel.Create(config, seed);
        ModelWriter.SaveFolder(_folder.File(name), model);
        File.Copy(Path.Combine(_base, "vocab.txt"), Path.Combine(_folder.File(name), "vocab.txt"));
        File.WriteAllText(Path.Combine(_folder.File(name), "tokenizer_config.json"), """{"tokenizer_class": "BertTokenizer"}""");
        return _folder.File(name);
    }

    private static void AssertSame(RetentionReport expected, JsonElement text)
    {
        Assert.Equal((expected.Windows, expected.Tokens), (text.GetProperty("windows").GetInt32(), text.GetProperty("tokens").GetInt32()));
        Assert.Equal(expected.Loss!.Before.Value, Value(text, "loss", "before"), 1e-6);
        Assert.Equal(expected.Loss.After.Value, Value(text, "loss", "after"), 1e-5);
        Assert.NotEqual(expected.Loss.Before.Value, Value(text, "loss", "after"));
        Assert.Equal(expected.Drift.Count, text.GetProperty("drift").GetArrayLength());
    }

    private static double Value(JsonElement text, string what, string when) =>
        text.GetProperty(what).GetProperty(when).GetProperty("value").GetDouble();
}
