using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Retention;
using Microsoft.ML.KappaTune.Tests.Models;
using Microsoft.ML.KappaTune.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Retention;

public sealed class RetentionProbeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _text;

    public RetentionProbeTests()
    {
        var random = new Random(7);
        // 18 windows of 22 tokens and one of 14.
        _text = _folder.Write("control.txt", string.Join('\n', random.GetItems(TinyModel.Vocabulary[5..], 18 * 22 + 14)));
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("bert")]
    [InlineData("distilbert")]
    public void An_untouched_model_kept_everything(string family)
    {
        RetentionReport report = Measure(Base(SmallEncoder.Family(family)), model => { });
        Assert.Equal(RetentionObjective.MaskedTokens, report.Objective);
        Assert.Null(report.Perplexity);
        Assert.Equal(report.Loss!.Before, report.Loss.After);
        Assert.Equal(report.Accuracy!.Before, report.Accuracy.After);
        Assert.Equal(new() { Value = 0, Low = 0, High = 0 }, report.Loss.Difference);
        Assert.Equal([0, 1, 2], report.Drift.Select(drift => drift.Layer));
        Assert.All(report.Drift,
            drift => Assert.Equal((0, 0, 0), (drift.CosineDistance.Value, drift.CosineDistance.Low, drift.CosineDistance.High)));
        Assert.All(report.Drift, drift => Assert.Equal(1, drift.LinearCka));
        Assert.InRange(report.MaskedTokens, 0.1 * report.Tokens, 0.15 * report.Tokens);
    }

    [Fact]
    public void Loss_and_accuracy_are_those_of_plain_loops()
    {
        string path = Base(ModelFamilies.Bert);
        using Checkpoint checkpoint = Checkpoint.Open(path);
        RetentionProbe probe = Probe(checkpoint, path, new());
        using SequenceClassifier tuned = SequenceClassifier.Load(checkpoint, 2, seed: 1);
        SmallEncoder.Randomised(tuned.Encoder, seed: 5);
        RetentionReport report = probe.Measure(checkpoint, tuned.Encoder, TestContext.Current.CancellationToken);

        using MaskedLanguageModel before = MaskedLanguageModel.Load(checkpoint, dtype: ScalarType.Float64);
        var reference = new ReferenceModel(before, before.Encoder.Config);
        (double loss, double right) = Reference(reference, reference, probe.Windows);
        Assert.Equal(loss, report.Loss!.Before.Value, 1e-5);
        Assert.Equal(right, report.Accuracy!.Before.Value, 1e-12);

        // The tuned encoder, and the head of the base: its word embeddings too.
        using var after = tuned.to(ScalarType.Float64);
        (loss, right) = Reference(new ReferenceModel(tuned, before.Encoder.Config), reference, probe.Windows);
        Assert.Equal(loss, report.Loss.After.Value, 1e-5);
        Assert.Equal(right, report.Accuracy.After.Value, 1e-12);
        Assert.Equal(loss - report.Loss.Before.Value, report.Loss.Difference.Value, 1e-5);
        Assert.All(report.Drift, drift => Assert.InRange(drift.CosineDistance.Value, 0.2, 2));
        Assert.All(report.Drift, drift => Assert.InRange(drift.LinearCka, 0, 0.9));
    }

    [Fact]
    public void Padding_changes_nothing()
    {
        string path = Base(ModelFamilies.Bert);
        RetentionReport together = Measure(path, Change, new() { BatchSize = 16 }), alone = Measure(path, Change, new() { BatchSize = 1 });
        Assert.Equal(alone.MaskedTokens, together.MaskedTokens);
        Assert.Equal(alone.Loss!.After.Value, together.Loss!.After.Value, 1e-5);
        Assert.Equal(alone.Accuracy, together.Accuracy);
        foreach ((RetentionDrift one, RetentionDrift other) in alone.Drift.Zip(together.Drift))
        {
            Assert.Equal(one.CosineDistance.Value, other.CosineDistance.Value, 1e-6);
            Assert.Equal(one.LinearCka, other.LinearCka, 1e-6);
        }

        using Checkpoint checkpoint = Checkpoint.Open(path);
        IReadOnlyList<MaskedWindow> windows = Probe(checkpoint, path, new()).Windows;
        Assert.Equal([.. Enumerable.Repeat(24, 18), 16], windows.Select(window => window.Ids.Length));
    }

    [Fact]
    public void The_same_tokens_are_hidden_every_time()
    {
        string path = Base(ModelFamilies.Bert);
        using Checkpoint checkpoint = Checkpoint.Open(path);
        MaskedWindow[] one = [.. Probe(checkpoint, path, new()).Windows], other = [.. Probe(checkpoint, path, new()).Windows];
        Assert.Equal(one.SelectMany(window => window.Ids), other.SelectMany(window => window.Ids));
        Assert.Equal(one.SelectMany(window => window.Targets), other.SelectMany(window => window.Targets));
        Assert.NotEqual(
            one.SelectMany(window => window.Targets),
            Probe(checkpoint, path, new() { Seed = 1 }).Windows.SelectMany(window => window.Targets));
    }

    [Fact]
    public void A_better_model_has_a_lower_loss()
    {
        string path = Base(ModelFamilies.Bert);
        double before = Measure(path, model => { }).Loss!.Before.Value;
        using (Checkpoint checkpoint = Checkpoint.Open(path))
        using (MaskedLanguageModel model = MaskedLanguageModel.Load(checkpoint))
        {
            Teach(model, Probe(checkpoint, path, new()).Windows);
            ModelWriter.SaveFolder(_folder.File("better"), model);
        }

        File.Copy(Path.Combine(path, "vocab.txt"), Path.Combine(_folder.File("better"), "vocab.txt"));
        RetentionReport better = Measure(_folder.File("better"), Change);
        Assert.True(better.Loss!.Before.Value < before - 0.5, $"{better.Loss.Before.Value} after {before}");
        Assert.True(better.Loss.Difference.Low > 0, "it forgot");
        Assert.True(better.Accuracy!.Difference.Value < 0, "it forgot");
    }

    [Fact]
    public void Without_a_head_only_drift_is_measured()
    {
        using SequenceClassifier model = SequenceClassifier.Create(TinyModel.Config(), 2, seed: 1);
        ModelWriter.SaveFolder(_folder.File("bare"), model);
        File.Copy(Path.Combine(Base(ModelFamilies.Bert), "vocab.txt"), Path.Combine(_folder.File("bare"), "vocab.txt"));
        RetentionReport report = Measure(_folder.File("bare"), Change);
        Assert.Null(report.Objective);
        Assert.Null(report.Loss);
        Assert.Null(report.Accuracy);
        Assert.Equal(0, report.MaskedTokens);
        Assert.All(report.Drift, drift => Assert.True(drift.CosineDistance.Value > 0));
    }

    [Fact]
    public void The_model_is_left_as_it_is()
    {
        string path = Base(ModelFamilies.Bert);
        using Checkpoint checkpoint = Checkpoint.Open(path);
        using SequenceClassifier tuned = SequenceClassifier.Load(checkpoint, 2, seed: 1);
        float[][] values = Values(tuned);
        tuned.train();
        Probe(checkpoint, path, new()).Measure(checkpoint, tuned.Encoder, TestContext.Current.CancellationToken);
        Assert.True(tuned.Encoder.training);
        Assert.Equal(values, Values(tuned));
        Assert.All(tuned.parameters(), parameter => Assert.True(parameter.requires_grad));

        static float[][] Values(nn.Module model) => [.. model.parameters().Select(parameter => parameter.detach().data<float>().ToArray())];
    }

    [Fact]
    public void It_can_be_cancelled()
    {
        string path = Base(ModelFamilies.Bert);
        using Checkpoint checkpoint = Checkpoint.Open(path);
        using SequenceClassifier tuned = SequenceClassifier.Load(checkpoint, 2, seed: 1);
        RetentionProbe probe = Probe(checkpoint, path, new());
        Assert.Throws<OperationCanceledException>(() => probe.Measure(checkpoint, tuned.Encoder, new CancellationToken(canceled: true)));
        Assert.True(tuned.Encoder.training);
    }

    private string Base(EncoderFamily family) => TinyModel.Write(_folder, $"base-{Guid.NewGuid():N}", config: TinyModel.Config(family));

    private RetentionProbe Probe(Checkpoint checkpoint, string path, RetentionSettings settings)
    {
        EncoderConfig config = EncoderConfig.Read(path);
        return RetentionProbe.Create(checkpoint, config, Tokenizer(path), ControlSource.FromFile(_text), settings);
    }

    private static HuggingFaceTokenizer Tokenizer(string path) => HuggingFaceTokenizer.Create(TokenizerFiles.Read(path, null));

    private RetentionReport Measure(string path, Action<TextEncoder> change, RetentionSettings? settings = null)
    {
        using Checkpoint checkpoint = Checkpoint.Open(path);
        using SequenceClassifier tuned = SequenceClassifier.Load(checkpoint, 2, seed: 1);
        change(tuned.Encoder);
        return Probe(checkpoint, path, settings ?? new()).Measure(checkpoint, tuned.Encoder, TestContext.Current.CancellationToken);
    }

    private static void Change(TextEncoder encoder)
    {
        using var guard = no_grad();
        foreach (var parameter in encoder.parameters())
            parameter.mul_(0.6f);
    }

    private static void Teach(MaskedLanguageModel model, IReadOnlyList<MaskedWindow> windows)
    {
        using var scope = NewDisposeScope();
        model.eval();
        var optimizer = optim.AdamW(model.parameters(), 0.01);
        var batch = new WindowBatch([.. windows], model.Encoder.Config.PadTokenId, CPU);
        for (int step = 0; step < 30; step++)
        {
            using var inner = NewDisposeScope();
            optimizer.zero_grad();
            Tensor states = model.Encoder.Encode(batch.Ids, batch.Mask, null);
            nn.functional.cross_entropy(model.Head(batch.HiddenPlaces(states)), batch.Targets).backward();
            optimizer.step();
        }
    }

    private static (double Loss, double Right) Reference(ReferenceModel encoder, ReferenceModel head, IEnumerable<MaskedWindow> windows)
    {
        double loss = 0, right = 0, count = 0;
        foreach (MaskedWindow window in windows)
        {
            double[][] states = encoder.Encode([.. window.Ids.Select(id => (long)id)], new long[window.Ids.Length]);
            for (int i = 0; i < window.Ids.Length; i++)
            {
                if (window.Targets[i] < 0)
                    continue;
                double[] logits = head.TokenLogits(states[i]);
                loss += Math.Log(logits.Sum(logit => Math.Exp(logit - logits.Max()))) + logits.Max() - logits[window.Targets[i]];
                right += logits[window.Targets[i]] == logits.Max() ? 1 : 0;
                count++;
            }
        }

        return (loss / count, right / count);
    }
}
