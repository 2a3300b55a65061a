using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Retention;
using Microsoft.ML.KappaTune.Study;
using Microsoft.ML.KappaTune.Tokenization;
using TorchSharp;

namespace Microsoft.ML.KappaTune.Tests.Study;

/// <summary>Runs of a comparison are measured as the library's retention measures.</summary>
public sealed class ControlTextMeterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_decoder_is_measured_as_by_the_library_a_piece_of_the_logits_after_another()
    {
        string path = TinyDecoder.Write(_folder);
        string control = _folder.Write("control.txt", string.Join(' ', TinyModel.Texts(120, seed: 3).Select(row => row.Text)));
        TaskText[] task = [.. TinyModel.Texts(40, seed: 5, longest: 24).Select(row => new TaskText(row.Text, null))];
        using Checkpoint checkpoint = Checkpoint.Open(path);
        using CausalLanguageModel tuned = CausalLanguageModel.Create(TinyDecoder.Config, seed: 4);
        var tokenizer = HuggingFaceTokenizer.Create(TokenizerFiles.Read(checkpoint), TinyDecoder.Config.VocabularySize);
        var probe = RetentionProbe.Create(TinyDecoder.Config, tokenizer, ControlSource.Find(control), task: task);
        Assert.All(
            probe.Task.Chunk(probe.Settings.BatchSize).SkipLast(1),
            batch => Assert.True(batch.Sum(window => window.Ids.Length - 1) > GuessReader.MostOfDecoder));
        RetentionReport expected = probe.Measure(checkpoint, tuned, TestContext.Current.CancellationToken);

        using var meter = new ControlTextMeter(path, [control], task, "cpu");
        BaseReading before = meter.MeasureBase();
        (IReadOnlyList<ControlTextRetention> kept, _, double? divergence) = meter.Measure(MeasuredModel.Of(tuned), before);
        Assert.Null(divergence);
        ControlTextRetention found = Assert.Single(kept);
        Assert.Equal(expected.TaskDivergence!.Value, meter.Divergence(MeasuredModel.Of(tuned), before)!.Value, 1e-6);
        Assert.Equal(expected.Accuracy!.Before.Value, found.AccuracyBefore, 1e-9);
        Assert.Equal(expected.Accuracy.After.Value, found.AccuracyAfter, 1e-9);
        Assert.Equal(expected.Loss!.Before.Value, found.LossBefore, 1e-6);
        Assert.Equal(expected.Loss.After.Value, found.LossAfter, 1e-6);
    }

    [Fact]
    public void A_model_that_hears_is_compared_with_its_base_on_the_control_text()
    {
        string path = TinyDecoder.Write(_folder);
        string[] texts = [.. TinyModel.Texts(12, seed: 3, longest: 12).Select(row => row.Text)];
        string control = _folder.Write("control.txt", string.Join(' ', texts));
        using Checkpoint checkpoint = Checkpoint.Open(path);
        using CausalLanguageModel tuned = CausalLanguageModel.Create(TinyDecoder.Config, seed: 4);
        using CausalLanguageModel same = CausalLanguageModel.Load(checkpoint);
        using var meter = new ControlTextMeter(path, [control], [], "cpu") { ComparesOnControl = true };
        BaseReading before = meter.MeasureBase();
        Assert.Empty(before.TaskStates);
        Assert.Equal((0, 0), (meter.DivergenceOfBase, meter.Measure(MeasuredModel.Of(same), before).Divergence));

        // The same by hand, each token once, as the probe's windows have them.
        var tokenizer = HuggingFaceTokenizer.Create(TokenizerFiles.Read(checkpoint), TinyDecoder.Config.VocabularySize);
        var probe = RetentionProbe.Create(TinyDecoder.Config, tokenizer, ControlSource.Find(control));
        (double sum, int tokens) = (0, 0);
        using var scope = torch.NewDisposeScope();
        using var mode = torch.no_grad();
        foreach (MaskedWindow window in probe.Windows)
        {
            torch.Tensor ids = torch.tensor(window.Ids.Select(id => (long)id).ToArray(), [1, window.Ids.Length]);
            torch.Tensor p = same.Logits(ids)[0].log_softmax(-1), q = tuned.Logits(ids)[0].log_softmax(-1);
            torch.Tensor each = p.exp().mul(p.sub(q)).sum(-1L);
            foreach ((int place, _) in window.Targets.Index().Where(target => target.Item >= 0))
                (sum, tokens) = (sum + each[place].item<float>(), tokens + 1);
        }

        Assert.True(tokens > 30);
        Assert.Equal(sum / tokens, meter.Measure(MeasuredModel.Of(tuned), before).Divergence!.Value, 1e-4);
    }

    [Fact]
    public void What_is_kept_of_the_base_is_as_good_as_the_base()
    {
        string path = TinyDecoder.Write(_folder);
        string control = _folder.Write("control.txt", string.Join(' ', TinyModel.Texts(120, seed: 3).Select(row => row.Text)));
        TaskText[] task = [.. TinyModel.Texts(40, seed: 5, longest: 24).Select(row => new TaskText(row.Text, null))];
        using Checkpoint checkpoint = Checkpoint.Open(path);
        using CausalLanguageModel same = CausalLanguageModel.Load(checkpoint);
        using var meter = new ControlTextMeter(path, [control], task, "cpu");
        meter.MeasureBase().Save(_folder.Path, "key");
        BaseReading kept = BaseReading.Find(_folder.Path, "key")!;
        Assert.NotEmpty(kept.TaskStates);
        Assert.Equal((0, 0), (meter.DivergenceOfBase, meter.Divergence(MeasuredModel.Of(same), kept)));
        Assert.Equal(0, meter.Measure(MeasuredModel.Of(same), kept).Drift);

        // It is of those texts: of others there is none.
        Assert.Null(BaseReading.Find(_folder.Path, "another"));
        Assert.NotEqual(BaseIdentity.KeyOf(Identity("these")), BaseIdentity.KeyOf(Identity("those")));

        static CellIdentity Identity(string rows) => new()
        {
            Base = "base",
            Task = rows,
            Controls = ["control"],
            Tensors = [],
            Rank = 0,
            LearningRate = 1e-3,
            HeadLearningRate = 1e-3,
            Epochs = 1,
            BatchSize = 1,
            Seed = 1,
            Device = "cpu",
            Threads = 1,
        };
    }
}
