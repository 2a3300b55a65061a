using System.Text.Json;
using KappaTune.Cli.Commands;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Fusion;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Study;
using Microsoft.ML.KappaTune.Tests;
using Microsoft.ML.KappaTune.Tests.Audio;

namespace KappaTune.Cli.Tests.Commands;

/// <summary>Ways to make a tiny language model hear whether a tone rises or falls.</summary>
public sealed class CompareSpeechTests : IDisposable
{
    private const int Rate = 8000;

    private static readonly string[] Small =
    [
        "--sample-rate", "8000", "--bands", "8", "--convolutions", "2", "--stacked-vectors", "2", "--encoder-size", "8",
        "--projector-size", "16", "--initial-gain", "1", "--batch-size", "8", "--head-learning-rate", "0.01",
        "--learning-rates", "0.01", "--draws", "1",
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly string _base;

    public CompareSpeechTests()
    {
        _base = TinyDecoder.Write(_folder);
        Directory.CreateDirectory(_folder.File("waves"));
        WriteTones("train.tsv", 32, seed: 1);
        WriteTones("test.tsv", 10, seed: 2);
        File.WriteAllText(
            _folder.File("control.txt"), string.Join(' ', TinyModel.Texts(60, seed: 3, longest: 20).Select(row => row.Text)));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Methods_learn_to_hear_and_what_it_costs_in_text_is_measured_by_step()
    {
        string[] options = ["--seeds", "2", "--epochs", "4", "--encoder-epochs", "1"];
        (string output, string error) = Compare(options);
        ComparisonResult document = Result();
        Assert.Equal(ComparisonRequest.UsualSpeechMethods, document.Methods.Select(method => method.Id));
        Assert.Equal((32, 10, 0), (document.Task.Train, document.Task.Test, document.Task.Classes));
        ComparedMethod projector = document.Methods[0];
        Assert.Equal((document.Task.HeadParameters!.Value, 0), (projector.Trainable, projector.Tensors));
        Assert.Equal(document.Base.Parameters + projector.Trainable, document.Methods[1].Trainable);
        Assert.All(document.Methods.Skip(1), method => Assert.True(method.Trainable > projector.Trainable && method.Tensors > 0));

        Assert.Equal(14, document.Cells.Count);
        Assert.All(document.Cells, cell =>
        {
            Assert.Equal([0, 4, 8, 12, 16], cell.Points.Select(point => point.Step!.Value));
            Assert.All(cell.Points, point =>
            {
                Assert.InRange(point.WordErrorRate!.Value, 0, 12);
                Assert.InRange(point.CharacterErrorRate!.Value, 0, 40);
                Assert.Equal(point.Retention[0].LossAfter * document.Controls[0].BitsPerByteOfNat!.Value, point.BitsPerByte!.Value, 1e-9);
            });
            (ComparisonPoint first, ComparisonPoint last) = (cell.Points[0], cell.Points[^1]);
            Assert.Equal((0.0, 0.0, 0.0), (first.Retention[0].Forgetting, first.Drift, first.Divergence));
            Assert.True(last.TrainLoss < first.TrainLoss && last.TestLoss < first.TestLoss, output);
            Assert.Equal(cell.Method == "projector" ? 0 : 1, Math.Sign(Math.Round(last.Divergence!.Value, 9)));
            Assert.Equal(cell.Method == "projector", Math.Abs(last.Retention[0].Forgetting) < 1e-9);
            Assert.Equal(document.Methods.Single(method => method.Id == cell.Method).Trainable, cell.Trainable);
        });
        // All methods of a seed begin alike, with the encoder that learnt alone.
        Assert.All(
            document.Cells.GroupBy(cell => cell.Seed), seed => Assert.Single(seed.Select(cell => cell.Points[0].TestLoss).Distinct()));
        Assert.Equal(2, Directory.GetFiles(Path.Combine(_folder.File("out"), "encoders")).Length);
        Assert.Contains("Training the encoder of seed 2 alone", error);

        Assert.NotNull(document.Matched!.WordErrorRate);
        Assert.Null(document.Matched.TrainLoss);
        Assert.All(document.Matched.Rows.Where(row => row.Reached > 0), row => Assert.NotNull(row.CharacterErrorRate));
        Assert.Contains("% word errors; ± is the 95 % interval", output);
        Assert.Contains("Task:     train: 32 recordings, 10 to test", output);
        Assert.All(output.Split('\n').SkipLast(4), line => Assert.InRange(line.Length, 0, 80));
        string tables = File.ReadAllText(Path.Combine(_folder.File("out"), CompareCommand.TablesFile));
        Assert.Matches(@"(?m)^\| WER by step \| Rate \| 0 \| 4 \| 8 \| 12 \| 16 \|$", tables);
        Assert.Matches(@"(?m)^\| Projector only \| 1e-2 \| [0-9.]+ \|", tables);
        Assert.Contains("training step", File.ReadAllText(Path.Combine(_folder.File("out"), CompareCommand.PageFile)));
        string[] lines = File.ReadAllLines(Path.Combine(_folder.File("out"), "runs.jsonl"));
        Assert.All(lines, line => Assert.Equal(
            5, JsonDocument.Parse(line).RootElement.GetProperty("points").EnumerateArray().Count(
                point => point.TryGetProperty("wordErrorRate", out _) && point.TryGetProperty("bitsPerByte", out _))));

        (_, error) = Compare(options);
        Assert.Contains("14 runs, 14 of which are done already", error);
        Directory.Delete(Path.Combine(_folder.File("out"), "cells"), recursive: true);
        (_, error) = Compare([.. options, "--word-error-rate", "0.9"]);
        Assert.Contains("14 runs, 14 of which are done already", error);
        Assert.Equal(0.9, Result().Matched!.WordErrorRate);
        // Other frames, another encoder, other prompts and an encoder that didn't learn alone are other runs.
        foreach (string[] other in (string[][])
            [["--bands", "9"], ["--encoder-size", "12"], ["--prompt-after", "we think"], [], ["--encoder-epochs", "1"]])
        {
            (_, error) = Compare(["--methods", "projector", "--seeds", "1", "--epochs", "1", .. other]);
            Assert.Contains("1 runs; ", error);
        }
    }

    [Fact]
    public void A_process_of_its_own_does_the_same()
    {
        string[] options = ["--methods", "kappa-lowest", "--seeds", "1", "--epochs", "1", "--encoder-epochs", "1"];
        Compare(options);
        ComparisonPoint here = Result().Cells[0].Points[^1];
        Directory.Delete(_folder.File("out"), recursive: true);
        Compare([.. options, "--jobs", "1"]);
        ComparisonPoint there = Result().Cells[0].Points[^1];
        Assert.Equal(
            (here.TrainLoss, here.TestLoss, here.WordErrorRate, here.BitsPerByte),
            (there.TrainLoss, there.TestLoss, there.WordErrorRate, there.BitsPerByte));
    }

    [Fact]
    public void Projector_only_has_the_rate_of_the_projector_in_all_methods_or_its_own()
    {
        Compare("--methods", "projector,kappa-lowest", "--seeds", "1", "--epochs", "1", "--learning-rates", "0.001,0.003");
        Assert.Equal(
            [("projector", 0.01), ("kappa-lowest", 0.001), ("kappa-lowest", 0.003)],
            Result().Cells.Select(cell => (cell.Method, cell.LearningRate)));
        Compare("--methods", "projector", "--seeds", "1", "--epochs", "1", "--rates-of", "projector=0.02,0.03");
        Assert.Equal([0.02, 0.03], Result().Cells.Select(cell => cell.LearningRate));
    }

    [Fact]
    public void What_is_no_recording_and_a_base_that_hears_are_said()
    {
        File.AppendAllText(_folder.File("test.tsv"), "waves/none.wav\tgood\n");
        Assert.Contains("none.wav", Fails());
        File.WriteAllText(_folder.File("test.tsv"), "File\tSaid\n\tgood\n");
        Assert.Contains("Row 1 of the test rows: There is no path.", Fails());
        File.WriteAllText(_folder.File("test.tsv"), "File\tSaid\n");
        Assert.Contains("test.tsv has no rows below its first line", Fails());
        File.WriteAllText(_folder.File("test.tsv"), "File\tText\na.wav\tgood\n");
        Assert.Contains("Name the right one with --said.", Fails());
        WriteTones("test.tsv", 2, seed: 2);
        Assert.Contains("--encoder-size is 9; allowed is a multiple of", Fails("--encoder-size", "9", "--encoder-layers", "1"));

        using (Checkpoint checkpoint = Checkpoint.Open(_base))
        {
            DecoderConfig config = DecoderConfig.Read(checkpoint);
            using FusedModel hearing = FusedModel.Create(checkpoint, config, FusionConfig.Create(new(), 8, config.HiddenSize), seed: 1);
            FusionFiles.Save(_base, hearing);
        }

        Assert.Contains("has an encoder of frames already", Fails());

        string Fails(params string[] options)
        {
            (int exitCode, _, string error) = Tool.Run([.. Arguments(options), "--jobs", "0", .. options]);
            Assert.Equal(ExitCode.BadInput, exitCode);
            return error;
        }
    }

    [Theory]
    [InlineData("--text t", "--text: only with --task classification or lm.")]
    [InlineData("--train-loss 1", "--train-loss: only with --task classification or lm.")]
    [InlineData("--words a=b", "--words: only with --task lm.")]
    [InlineData("--methods head", "'head' isn't a method; there are projector, full")]
    [InlineData("--file Said", "--file and --said name the same column twice.")]
    [InlineData("--word-error-rate 0", "0 isn't above 0.")]
    [InlineData("--task lm --encoder-epochs 1", "--encoder-epochs: only with --task speech.")]
    [InlineData("--task lm --word-error-rate 1", "--word-error-rate: only with --task speech.")]
    [InlineData("--bands 0", "--bands is 0; allowed is")]
    public void A_wrong_option_is_named(string options, string message)
    {
        string task = options.StartsWith("--task", StringComparison.Ordinal) ? "" : "--task speech ";
        (int exitCode, _, string error) =
            Tool.Run($"compare --base b --train t --test t --control c --output o {task}{options}".Split(' '));
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

    /// <summary>All that is needed but for what options say.</summary>
    private string[] Arguments(string[] options) =>
    [
        "compare", "--task", "speech", "--base", _base, "--train", _folder.File("train.tsv"), "--test", _folder.File("test.tsv"),
        "--control", _folder.File("control.txt"), "--output", _folder.File("out"), "--no-cache",
        .. Small.Chunk(2).Where(pair => !options.Contains(pair[0])).SelectMany(pair => pair),
    ];

    private ComparisonResult Result() => ComparisonJson.Load(Path.Combine(_folder.File("out"), CompareCommand.ResultFile));

    /// <summary>Tones that rise, which are good, and tones that fall, of 0.4 to 0.5 seconds; paths are from the table's folder.</summary>
    private void WriteTones(string file, int count, int seed)
    {
        var random = new Random(seed);
        File.WriteAllLines(_folder.File(file), Enumerable.Range(0, count).Select(i =>
        {
            double[] low = WaveBytes.Tone(Rate, 300 + random.Next(50), random.Next(1600, 2000)),
                high = WaveBytes.Tone(Rate, 2500 + random.Next(200), random.Next(1600, 2000));
            string path = Path.Combine("waves", $"{seed}-{i}.wav");
            File.WriteAllBytes(_folder.File(path), WaveBytes.Of(Rate, i % 2 == 0 ? low.Concat(high) : high.Concat(low)));
            return $"{path}\t{(i % 2 == 0 ? "good" : "bad")}";
        }).Prepend("File\tSaid"));
    }
}
