using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Retention;
using Microsoft.ML.KappaTune.Tasks.Classification;
using Microsoft.ML.KappaTune.Tests.Training;
using Microsoft.ML.KappaTune.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Retention;

/// <summary>KL(base, tuned) on the task's own inputs.</summary>
public sealed class TaskDivergenceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_is_what_loops_give()
    {
        using var scope = NewDisposeScope();
        // Window 0 has two tokens to guess, window 1 one.
        var batch = new WindowBatch([new([5, 6, 7], [3, -1, 4]), new([5], [2])], padId: 0, CPU);
        double[][] before = [[0.1, -1, 2], [3, 0, 0], [-0.5, 0.25, 1]], after = [[0.2, -2, 1], [3, 0, 0], [4, -0.25, 1]];
        var tally = new DivergenceTally();
        tally.Add(AnswersOf(before), AnswersOf(after));
        double[] each = [.. before.Zip(after, Divergence)];
        Assert.Equal(each[0] + each[1], tally.Sums[0], 1e-5);
        Assert.Equal(each[2], tally.Sums[1], 1e-5);
        Assert.Equal(0, each[1], 1e-12);

        Answers AnswersOf(double[][] rows) => new(
            batch.Count, batch.Owners, tensor([.. rows.SelectMany(row => row).Select(value => (float)value)], [rows.Length, 3]),
            batch.Targets);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void It_is_0_for_the_base_itself_and_more_for_another(bool ofPairs)
    {
        string path = TinyModel.Write(_folder);
        RetentionReport same = Measure(path, ofPairs, change: false), other = Measure(path, ofPairs, change: true);
        Assert.Equal(new() { Value = 0, Low = 0, High = 0 }, same.TaskDivergence);
        Assert.InRange(other.TaskDivergence!.Value, 1e-4, 5);
        Assert.InRange(other.TaskDivergence.Low, 0, other.TaskDivergence.Value);
        Assert.Equal((30, 30), (same.TaskTexts, other.TaskTexts));
    }

    [Fact]
    public void A_run_measures_it_on_its_own_rows()
    {
        using var tiny = new TinyTask();
        string text = _folder.Write("control.txt", string.Join(' ', TinyModel.Texts(60, seed: 9).Select(row => row.Text)));
        TunedClassifier tuned = tiny.Tune(tiny.Options with { MaxEpochs = 1, RetentionText = text });
        Assert.True(tuned.Report.Retention!.TaskDivergence!.Value > 0);
        Assert.Equal(tiny.Train.Length, tuned.Report.Retention.TaskTexts);
        Assert.Matches(@"KL on task +[0-9.]+ nats a token", tuned.Report.ToString());
        TinyTask.WeightsOf(tuned);
    }

    private RetentionReport Measure(string path, bool ofPairs, bool change)
    {
        string text = _folder.Write("control.txt", string.Join(' ', TinyModel.Texts(60, seed: 9).Select(row => row.Text)));
        TextExample[] rows =
            [.. TinyModel.Texts(30, seed: 4).Select(row => new TextExample(row.Text, ofPairs ? "a lovely book" : null, 0))];
        using Checkpoint checkpoint = Checkpoint.Open(path);
        using TextEncoder tuned = TextEncoder.Load(checkpoint);
        if (change)
        {
            using var guard = no_grad();
            using Scalar factor = 0.8f;
            foreach (var parameter in tuned.parameters())
                parameter.mul_(factor);
        }

        var tokenizer = HuggingFaceTokenizer.Create(TokenizerFiles.Read(path, null));
        return RetentionProbe.Create(checkpoint, EncoderConfig.Read(path), tokenizer, ControlSource.FromFile(text), task: rows)
            .Measure(checkpoint, tuned, TestContext.Current.CancellationToken);
    }

    private static double Divergence(double[] before, double[] after)
    {
        double[] p = Softmax(before), q = Softmax(after);
        return p.Zip(q, (a, b) => a * Math.Log(a / b)).Sum();

        static double[] Softmax(double[] logits) => [.. logits.Select(logit => Math.Exp(logit) / logits.Sum(Math.Exp))];
    }
}
