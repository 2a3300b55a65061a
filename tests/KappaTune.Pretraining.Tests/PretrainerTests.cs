using System.Text.Json;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Pretraining;
using Microsoft.ML.KappaTune.Tasks.MaskedLm;
using Microsoft.ML.KappaTune.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Pretraining;

[Collection(nameof(ProcessSettings))]
public sealed class PretrainerTests : IDisposable
{
    private readonly TinyCorpus _corpus = new();

    public void Dispose() => _corpus.Dispose();

    [Fact]
    public void It_learns_what_the_text_holds()
    {
        PretrainingReport report = Pretrainer.Run(_corpus.Task(_corpus.Options with
        {
            Hidden = 32,
            Steps = 400,
            LearningRate = 3e-3,
            Dropout = 0,
            CheckpointEvery = 200,
        }));
        Assert.Equal([0, 200, 400], report.Measured.Select(point => point.Step));
        // At first it knows as much as a die with a face for each token; the tokens' frequencies alone are worth 2.47 nats.
        Assert.InRange(report.Measured[0].Loss, Math.Log(TinyCorpus.Vocabulary.Length) - 0.5, Math.Log(TinyCorpus.Vocabulary.Length) + 0.5);
        Assert.InRange(report.Last!.Loss, 0, 2.25);
        Assert.InRange(report.Losses.TakeLast(20).Average(), 0, report.Losses[0] - 0.5);
    }

    [Fact]
    public void Options_of_code_are_checked_as_those_of_a_file_are_before_anything_is_read()
    {
        PretrainingRequest task = _corpus.Task(_corpus.Options with { Heads = 3, Steps = 4, Epochs = 2, Layers = 0 }) with
        {
            Corpus = "absent.txt",
            Device = "gpu",
            Threads = -1,
        };
        var e = Assert.Throws<ArgumentException>(() => Pretrainer.Run(task));
        Assert.Equal(
            "Options.Layers is 0; allowed is from 1 to 100. Options.Heads: hidden, 16, isn't a multiple of 3. Change one of them. "
            + "Options.Epochs: steps are given as well. Give one of them. "
            + "Device is gpu; allowed is auto, cpu, cuda or cuda:0. Threads is -1; allowed is 0 or more. (Parameter 'Options.Layers')",
            e.Message);
    }

    [Theory, InlineData(ScalarType.Float16), InlineData(ScalarType.Float32), InlineData(ScalarType.BFloat16)]
    public void What_it_writes_loads_and_guesses_as_well_as_it_says(ScalarType storage)
    {
        PretrainingReport report = Pretrainer.Run(_corpus.Task(_corpus.Options with { Storage = storage }));
        string folder = _corpus["model"];
        Assert.Equal(
            ["README.md", "config.json", "model.safetensors", "pretraining.json", "tokenizer_config.json", "vocab.txt"],
            Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        using Checkpoint checkpoint = Checkpoint.Open(folder);
        Assert.All(checkpoint.Tensors, tensor => Assert.Equal(StoredTypes.From(storage), tensor.DataType));
        HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.Create(TokenizerFiles.Read(folder, checkpoint.Config));
        using MaskedLanguageModel model = MaskedLanguageModel.Load(checkpoint);
        Assert.Equal((0.1, 16), (model.Encoder.Config.HiddenDropout, model.Encoder.Config.MaxTokens));
        Assert.Equal(report.Parameters, model.parameters().Sum(parameter => parameter.NumberOfElements));

        // By hand: the held-out text in windows of 14, with the masks of the seed that all measurements have.
        int[] tokens = [.. File.ReadLines(_corpus.HeldOut).SelectMany(line => tokenizer.EncodePrefix(line, int.MaxValue).Ids)];
        var mask = new WordMask(new TokenTraits(tokenizer), 0.15, wholeWords: true);
        var random = new Random(0);
        model.eval();
        using var guard = no_grad();
        (double loss, int guesses) = (0, 0);
        for (int begin = 0; begin + 14 <= tokens.Length; begin += 14)
        {
            using var scope = NewDisposeScope();
            int[] window = tokens[begin..(begin + 14)];
            List<(int Place, int Token)> hidden = mask.Hide(window, random);
            Tensor ids = tensor([tokenizer.ClassificationId, .. window.Select(id => (long)id), tokenizer.SeparatorId], [1, 16]);
            Tensor logits = model.Predict(ids, ids.ones_like(), null).log_softmax(-1);
            foreach ((int place, int token) in hidden)
                loss -= logits[0, place + 1, token].ToDouble();
            guesses += hidden.Count;
        }

        Assert.Equal(guesses, report.HeldOutGuesses);
        Assert.Equal(loss / guesses, report.Last!.Loss, 1e-4);
    }

    [Fact]
    public void A_seed_gives_the_same_weights_again_and_another_other_ones()
    {
        PretrainingOptions options = _corpus.Options with { ShortShare = 0.5, MaximumTokens = 32 };
        foreach ((string output, int seed) in (ReadOnlySpan<(string, int)>)[("a", 1), ("b", 1), ("c", 2)])
            Pretrainer.Run(_corpus.Task(options with { Seed = seed }, output));
        Assert.Equal(_corpus.WeightsOf("a"), _corpus.WeightsOf("b"));
        Assert.NotEqual(_corpus.WeightsOf("a"), _corpus.WeightsOf("c"));
    }

    [Fact]
    public void The_report_and_the_card_say_what_was_done()
    {
        PretrainingReport report = Pretrainer.Run(_corpus.Task());
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(_corpus["model"], "pretraining.json")));
        JsonElement root = json.RootElement;
        Assert.Equal(report.Parameters, root.GetProperty("parameters").GetInt64());
        Assert.Equal(10, root.GetProperty("steps").GetInt32());
        Assert.Equal(10, root.GetProperty("losses").GetArrayLength());
        Assert.Equal(1e-2, root.GetProperty("options").GetProperty("learningRate").GetDouble());
        JsonElement heldOut = root.GetProperty("heldOut");
        Assert.Equal(report.Last!.Loss, heldOut.GetProperty("points").EnumerateArray().Last().GetProperty("loss").GetDouble());
        Assert.Equal("held.txt", heldOut.GetProperty("name").GetString());

        string card = File.ReadAllText(Path.Combine(_corpus["model"], "README.md"));
        Assert.Contains("`corpus.txt`", card);
        Assert.Contains($"**{report.Last.Loss.ToString("0.###", System.Globalization.CultureInfo.InvariantCulture)}** nats", card);
        // The card shows no path of the machine it was made on.
        Assert.DoesNotContain(Path.GetDirectoryName(_corpus.Text)!, card);
        Assert.DoesNotContain(Path.GetDirectoryName(_corpus.Text)!, root.GetRawText());
    }

    [Fact]
    public void Without_a_held_out_text_the_last_part_of_the_corpus_is_held_out()
    {
        PretrainingRequest task = _corpus.Task(_corpus.Options with { HeldOutShare = 0.2 }) with { HeldOut = null };
        PretrainingReport report = Pretrainer.Run(task);
        Assert.InRange(report.HeldOut!.Lines.Count, 20, 40);
        Assert.Equal(File.ReadLines(_corpus.Text), report.Corpus.Lines.Concat(report.HeldOut.Lines));

        report = Pretrainer.Run(task with { Options = task.Options with { HeldOutShare = 0 }, Output = _corpus["none"] });
        Assert.Equal((null, 0), (report.HeldOut, report.Measured.Count));
        Assert.Contains("Not measured", File.ReadAllText(Path.Combine(_corpus["none"], "README.md")));
    }

    [Theory, InlineData(2.5, null, 10), InlineData(0.01, null, 1), InlineData(null, 7, 7), InlineData(null, null, 40)]
    public void Epochs_become_steps(double? epochs, int? steps, int expected) =>
        Assert.Equal(expected, PretrainingRun.StepsOf(new() { Epochs = epochs, Steps = steps }, stepsPerEpoch: 4));

    [Fact]
    public void A_tokenizer_is_learnt_from_the_text()
    {
        PretrainingReport report = Pretrainer.Run(
            _corpus.Task(_corpus.Options with { Tokenizer = PretrainingOptions.WordPiece, Vocabulary = 300, Steps = 2 }));
        HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.Create(TokenizerFiles.Read(_corpus["model"], config: null));
        Assert.Equal(tokenizer.VocabularySize, report.VocabularySize);
        Assert.DoesNotContain(tokenizer.UnknownId, tokenizer.EncodePrefix("the bird sings", 20).Ids);
    }

    [Fact]
    public void Bfloat16_learns_as_well_and_gives_float32_masters()
    {
        PretrainingReport report = Pretrainer.Run(_corpus.Task(
            _corpus.Options with { Precision = TuningPrecision.BFloat16, Steps = 150, Dropout = 0, CheckpointEvery = 1000 }));
        Assert.InRange(report.Last!.Loss, 0, report.Losses[0] - 0.4);
        using Checkpoint checkpoint = Checkpoint.Open(_corpus["model"]);
        float[] values = new float[16 * 16];
        checkpoint.Find("bert.encoder.layer.0.attention.self.query.weight")!.Read(0, values);
        // Not all of them are numbers that bfloat16 has.
        Assert.Contains(values, value => (BitConverter.SingleToInt32Bits(value) & 0xFFFF) != 0);
    }

    [Fact]
    public void An_output_that_is_there_is_refused_before_anything_is_done()
    {
        Directory.CreateDirectory(_corpus["model"]);
        File.WriteAllText(Path.Combine(_corpus["model"], "mine.txt"), "");
        Assert.Contains("is there already", Assert.Throws<IOException>(() => Pretrainer.Run(_corpus.Task())).Message);
        Assert.False(Directory.Exists(_corpus.Task().StateFolder));
    }

    [Fact]
    public void Bad_texts_are_refused_by_name()
    {
        string latin = _corpus["latin.txt"];
        File.WriteAllBytes(latin, [.. "fine\n"u8, 0xE9, 0x20, 0x0A]);
        string empty = _corpus.Write("empty.txt", " \n\n"), small = _corpus.Write("small.txt", "the cat\n");
        foreach ((string path, string words) in (ReadOnlySpan<(string, string)>)
            [(latin, "isn't UTF-8"), (empty, "has no text"), (small, "2 tokens")])
        {
            var e = Assert.Throws<FormatException>(() => Pretrainer.Run(_corpus.Task() with { Corpus = path }));
            Assert.Contains(Path.GetFileName(path), e.Message);
            Assert.Contains(words, e.Message);
        }

        Assert.Throws<FileNotFoundException>(() => Pretrainer.Run(_corpus.Task() with { Corpus = _corpus["no.txt"] }));
    }

    [Fact]
    public void A_tokenizer_without_a_mask_is_refused()
    {
        string folder = Directory.CreateDirectory(_corpus["maskless"]).FullName;
        File.WriteAllLines(Path.Combine(folder, "vocab.txt"), TinyCorpus.Vocabulary.Where(token => token != "[MASK]"));
        File.WriteAllText(Path.Combine(folder, "tokenizer_config.json"), """{"tokenizer_class": "BertTokenizer"}""");
        var e = Assert.Throws<CheckpointFormatException>(() => Pretrainer.Run(_corpus.Task(_corpus.Options with { Tokenizer = folder })));
        Assert.Contains("no token to mask", e.Message);
        Assert.Equal(folder, e.File);
    }

    [Fact]
    public void A_diverging_run_says_so_and_writes_nothing()
    {
        var e = Assert.Throws<NotFiniteNumberException>(() => Pretrainer.Run(_corpus.Task(
            _corpus.Options with { LearningRate = 1, GradientClip = 1e9, Warmup = 0, WeightDecay = 0, Steps = 20000, Beta2 = 0 })));
        Assert.Contains("Lower learningRate", e.Message);
        Assert.False(Directory.Exists(_corpus["model"]));
    }
}
