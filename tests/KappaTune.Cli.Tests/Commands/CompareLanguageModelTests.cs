using System.Globalization;
using System.Text.Json;
using KappaTune.Cli.Commands;
using KappaTune.Cli.Data;
using Microsoft.ML.KappaTune;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Study;
using Microsoft.ML.KappaTune.Tests;
using Microsoft.ML.KappaTune.Tokenization;
using TorchSharp;

namespace KappaTune.Cli.Tests.Commands;

/// <summary>Ways to tune a tiny language model, which tells classes by words that complete prompts.</summary>
public sealed class CompareLanguageModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _base;

    public CompareLanguageModelTests()
    {
        _base = TinyDecoder.Write(_folder);
        WriteTexts("train.tsv", 64, seed: 1);
        WriteTexts("test.tsv", 20, seed: 2);
        File.WriteAllText(
            _folder.File("control.txt"), string.Join(' ', TinyModel.Texts(120, seed: 3, longest: 20).Select(row => row.Text)));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Methods_learn_words_and_forget_bits_of_other_text()
    {
        string[] options =
        [
            "--methods", "full,layers,kappa-lowest,lora,feed-forward", "--learning-rates", "0.01", "--rates-of", "lora=0.02",
            "--seeds", "2", "--epochs", "6", "--draws", "1",
        ];
        (string output, string error) = Compare(options);
        ComparisonResult document = Result();
        Assert.Equal(["full", "layers", "kappa-lowest", "feed-forward", "lora"], document.Methods.Select(method => method.Id));
        Assert.Equal((64, 20, 2, 0L), (document.Task.Train, document.Task.Test, document.Task.Classes, document.Task.HeadParameters));
        Assert.Equal(document.Base.Parameters, document.Methods[0].Trainable);
        ComparedControlText control = Assert.Single(document.Controls);
        Assert.True(control.Bytes > control.MaskedTokens && control.MaskedTokens > 100);
        Assert.Equal(10, document.Cells.Count);
        Assert.All(document.Cells, cell =>
        {
            Assert.Equal(cell.Method == "lora" ? 0.02 : 0.01, cell.LearningRate);
            Assert.Equal(Enumerable.Range(0, 7), cell.Points.Select(point => point.Epoch));
            (ComparisonPoint first, ComparisonPoint last) = (cell.Points[0], cell.Points[^1]);
            Assert.Equal((0, 0, 0.0), (first.Retention[0].Forgetting, first.Drift, first.Divergence));
            Assert.True(last.Divergence > 0 && last.Drift > 0 && last.Retention[0].Forgetting != 0);
            Assert.True(last.TrainLoss < first.TrainLoss);
            Assert.InRange(cell.TrainingSeconds!.Value, 0, cell.Seconds);
            Assert.Equal(document.Methods.Single(method => method.Id == cell.Method).Trainable, cell.Trainable);
        });
        ComparisonCell full = document.Cells[0];
        Assert.True(full.Points[^1].TrainLoss < 0.6 * full.Points[0].TrainLoss, output);
        Assert.True(full.Points[^1].Accuracy > 0.7, output);
        Assert.All(document.Matched!.Rows.Where(row => row.Best), row => Assert.NotNull(row.Divergence));

        Assert.Matches(@"Base:     control: loss [0-9.]+, [0-9.]+ bits a byte, [0-9.]+ % right", output);
        Assert.Contains("Cost until then", output);
        Assert.All(output.Split('\n').SkipLast(4), line => Assert.InRange(line.Length, 0, 80));
        Assert.Contains("10 runs; ", error);
        Assert.Contains($"(base: {full.Points[0].TestLoss.ToString("0.000", CultureInfo.InvariantCulture)})", output);
        Assert.Matches(@"(?m)^  LoRA everywhere +2e-2 +2/2 ", output);
        string tables = File.ReadAllText(Path.Combine(_folder.File("out"), CompareCommand.TablesFile));
        Assert.Contains("| LoRA everywhere | 2e-2 | 2/2 | ", tables);
        Assert.Matches(@"(?m)^\| LoRA everywhere \| [0-9k]+ \| [0-9]+ MB \| [0-9.]+ \|$", tables);
        string page = File.ReadAllText(Path.Combine(_folder.File("out"), CompareCommand.PageFile));
        Assert.Contains("next words", page);
        string[] lines = File.ReadAllLines(Path.Combine(_folder.File("out"), "runs.jsonl"));
        Assert.Equal(
            document.Cells.Select(cell => (cell.Method, cell.Seed)),
            lines.Select(line => JsonSerializer.Deserialize<ComparisonCell>(line, ComparisonJson.Options)!)
                .Select(cell => (cell.Method, cell.Seed)));

        (_, error) = Compare(options);
        Assert.Contains("10 runs, 10 of which are done already", error);
        // The lines are enough, also after a comparison of fewer runs.
        Directory.Delete(Path.Combine(_folder.File("out"), "cells"), recursive: true);
        Compare(["--methods", "kappa-lowest", .. options[2..]]);
        (_, error) = Compare(options);
        Assert.Contains("10 runs, 10 of which are done already", error);
        // Another loss, another prompt and other words are other runs.
        foreach (string[] other in (string[][])[["--count-prompts"], ["--prompt", "{text} again"], ["--words", "good=great,bad=sad"]])
        {
            (_, error) = Compare(["--methods", "kappa-lowest", "--seeds", "1", "--epochs", "1", "--learning-rates", "0.01", .. other]);
            Assert.Contains("1 runs; ", error);
        }
    }

    [Fact]
    public void A_process_of_its_own_does_the_same()
    {
        string[] options = ["--methods", "kappa-lowest", "--seeds", "1", "--epochs", "1", "--learning-rates", "0.01"];
        Compare(options);
        ComparisonPoint here = Result().Cells[0].Points[^1];
        Directory.Delete(_folder.File("out"), recursive: true);
        Compare([.. options, "--jobs", "1"]);
        Assert.Equal((here.TrainLoss, here.Divergence), (Result().Cells[0].Points[^1].TrainLoss, Result().Cells[0].Points[^1].Divergence));
    }

    [Fact]
    public void A_class_is_told_by_the_likeliest_word()
    {
        TaskFiles files = new()
        {
            Train = _folder.File("train.tsv"),
            Test = _folder.File("test.tsv"),
            Label = "Label",
            Text = "Text",
            Labels = ClassLabels.AsWords(
                "{text} we think", new Dictionary<string, string> { ["good"] = "fine", ["bad"] = "poor" }),
        };
        TaskRows rows = TaskRowFiles.Read(files, TestContext.Current.CancellationToken);
        using Checkpoint checkpoint = Checkpoint.Open(_base);
        using CausalLanguageModel model = CausalLanguageModel.Load(checkpoint);
        var tokenizer = HuggingFaceTokenizer.Create(TokenizerFiles.Read(checkpoint), model.Decoder.Config.VocabularySize);
        int bad = Array.IndexOf(TinyModel.Vocabulary, "poor"), good = Array.IndexOf(TinyModel.Vocabulary, "fine");
        using var scope = torch.NewDisposeScope();
        using var mode = torch.no_grad();
        model.eval();
        double right = rows.Test.Average(row =>
        {
            long[] ids = [.. tokenizer.Encode($"{row.Text} we think").Ids.Select(id => (long)id)];
            float[] logits = [.. model.Logits(torch.tensor(ids, [1, ids.Length]))[0, -1].data<float>()];
            return (logits[good] > logits[bad] ? "good" : "bad") == rows.Classes[row.Label] ? 1.0 : 0;
        });
        var measured = new WordRows(checkpoint, rows).Measure(model, new(1.5, 0, 0), "cpu");
        Assert.Equal((1.5, right), (measured.Loss, measured.MicroAccuracy));
        Assert.InRange(measured.MacroAccuracy, 0, 1);
    }

    [Fact]
    public void Every_method_runs_on_a_mixture_of_experts()
    {
        Directory.Delete(_base, recursive: true);
        TinyDecoder.Write(_folder, "base", TinyDecoder.Config with
        {
            Family = ModelFamilies.Mixtral,
            IntermediateSize = 8,
            Experts = new() { Count = 2, ChosenCount = 2, IntermediateSize = 8, Renormalises = true },
        });
        Compare("--seeds", "1", "--epochs", "1", "--draws", "1", "--learning-rates", "0.001");
        ComparisonResult document = Result();
        Assert.Equal(ComparisonRequest.LanguageModelMethods, document.Methods.Select(method => method.Id));
        MethodDraw routers = document.Methods.Single(method => method.Id == "routers").Draws.Single();
        Assert.All(routers.Tensors, name => Assert.Contains(".gate.", name));
        Assert.All(
            document.Methods.Where(method => method.Id is "feed-forward" or "attention").SelectMany(method => method.Draws),
            draw => Assert.InRange(draw.Trainable, 1, document.Methods.Single(method => method.Id == "kappa-lowest").Trainable));
        Compare("--study", "per-tensor", "--seeds", "1", "--epochs", "1", "--learning-rates", "0.001", "--output", _folder.File("tensors"));
        ComparisonResult tensors = ComparisonJson.Load(Path.Combine(_folder.File("tensors"), CompareCommand.ResultFile));
        Assert.All(tensors.PerTensor, tensor => Assert.Contains("kappa", tensor.Scores.Keys));
    }

    [Fact]
    public void A_dense_model_has_no_routers_to_compare()
    {
        (int exitCode, _, string error) = Tool.Run([.. Arguments(), "--methods", "routers"]);
        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.Contains("has none of the tensors that these methods train: routers.", error);
    }

    [Theory]
    [InlineData("--task lm --prompt {x}", "--prompt is {x}; allowed is one with {text}")]
    [InlineData("--task lm --prompt {text}{pair}:", "--prompt has {pair}, for which the second text stands")]
    [InlineData("--task lm --text2 t --prompt {text}{text2}:", "--prompt has no {pair}, for which the second text of --text2 stands.")]
    [InlineData("--task lm --words good", "'good' isn't LABEL=WORD")]
    [InlineData("--task lm --words a=b,a=c", "'a=c' isn't LABEL=WORD, each label once")]
    [InlineData("--task lm --methods head", "'head' isn't a method; there are full, layers")]
    [InlineData("--task lm --rates-of head=1e-3", "'head' isn't a method; there are full, layers")]
    [InlineData("--task lm --rates-of lora", "'lora' isn't METHOD=LIST")]
    [InlineData("--task lm --rates-of lora=x", "'x' isn't a list of numbers")]
    [InlineData("--task lm --head-learning-rate 0.1", "--head-learning-rate: only with --task classification or speech.")]
    [InlineData("--prompt {text}", "--prompt: only with --task lm.")]
    [InlineData("--methods routers", "'routers' isn't a method; there are full, full-head-first")]
    public void A_wrong_option_is_named(string options, string message)
    {
        (int exitCode, _, string error) =
            Tool.Run($"compare --base b --train t --test t --control c --output o {options}".Split(' '));
        Assert.Equal(ExitCode.WrongUsage, exitCode);
        Assert.Contains(message, error);
    }

    private (string Output, string Error) Compare(params string[] options)
    {
        string[] jobs = options.Contains("--jobs") ? [] : ["--jobs", "0"];
        (int exitCode, string output, string error) = Tool.Run([.. Arguments(options), .. jobs, .. options]);
        Assert.True(exitCode == ExitCode.Done, error + output);
        return (output, error);
    }

    private string[] Arguments(params string[] options)
    {
        string[] output = options.Contains("--output") ? [] : ["--output", _folder.File("out")];
        string[] prompt = options.Contains("--prompt") ? [] : ["--prompt", "{text} we think"];
        return
        [
            "compare", "--task", "lm", "--base", _base, "--train", _folder.File("train.tsv"), "--test", _folder.File("test.tsv"),
            "--control", _folder.File("control.txt"), "--no-cache", "--batch-size", "8", .. output, .. prompt,
        ];
    }

    private ComparisonResult Result() => ComparisonJson.Load(Path.Combine(_folder.File("out"), CompareCommand.ResultFile));

    private void WriteTexts(string file, int count, int seed) => File.WriteAllLines(
        _folder.File(file),
        TinyModel.Texts(count, seed: seed).Select(row => $"{(row.Class == 0 ? "good" : "bad")}\t{row.Text}").Prepend("Label\tText"));
}
