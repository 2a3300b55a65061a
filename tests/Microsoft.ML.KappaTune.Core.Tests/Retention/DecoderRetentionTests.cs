using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Retention;
using Microsoft.ML.KappaTune.Tests.Models;
using Microsoft.ML.KappaTune.Tests.Tasks.CausalLm;
using Microsoft.ML.KappaTune.Tokenization;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Retention;

public sealed class DecoderRetentionTests : IDisposable
{
    private const int Tokens = 205, WindowTokens = 24;

    private static readonly RetentionSettings Short = new() { WindowTokens = WindowTokens, StrideTokens = 10 };

    private readonly TemporaryFolder _folder = new();
    private readonly string _text, _base;

    public DecoderRetentionTests()
    {
        var random = new Random(7);
        _text = _folder.Write("control.txt", string.Join('\n', random.GetItems(TinyModel.Vocabulary[5..], Tokens)));
        DecoderConfig config =
            SmallDecoder.Config() with { VocabularySize = TinyModel.Vocabulary.Length, MaxTokens = 64, InitializerRange = 0.3 };
        _base = _folder.File("base");
        using CausalLanguageModel model = CausalLanguageModel.Create(config, seed: 1);
        Save(model, _base);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_untouched_model_kept_everything()
    {
        RetentionReport report = Measure(model => { });
        Assert.Equal(RetentionObjective.NextToken, report.Objective);
        Assert.Equal(report.Loss!.Before, report.Loss.After);
        Assert.Equal(report.Accuracy!.Before, report.Accuracy.After);
        Assert.Equal(report.Perplexity!.Before, report.Perplexity.After);
        foreach (RetentionChange change in (RetentionChange[])[report.Loss, report.Accuracy, report.Perplexity])
            Assert.Equal(new() { Value = 0, Low = 0, High = 0 }, change.Difference);
        Assert.Equal([0, 1, 2], report.Drift.Select(drift => drift.Layer));
        Assert.All(report.Drift, drift => Assert.Equal(
            (0, 0, 0, 1), (drift.CosineDistance.Value, drift.CosineDistance.Low, drift.CosineDistance.High, drift.LinearCka)));
    }

    [Fact]
    public void Perplexity_is_that_of_plain_loops_each_token_counted_once()
    {
        using Checkpoint checkpoint = Checkpoint.Open(_base);
        using CausalLanguageModel tuned = CausalLanguageModel.Load(checkpoint);
        SmallEncoder.Randomised(tuned, seed: 5);
        RetentionProbe probe = Probe(Short);
        RetentionReport report = probe.Measure(checkpoint, tuned, TestContext.Current.CancellationToken);
        Assert.Equal(Tokens, report.MaskedTokens);
        Assert.Equal(probe.Windows.Sum(window => window.Ids.Length), report.Tokens);

        // The text in one piece, and from it the windows by hand: the token that begins a text, ten or more for context, then what counts.
        int[] ids = Tokenizer().EncodePrefix(File.ReadAllText(_text), int.MaxValue).Ids;
        Assert.Equal(Tokens, ids.Length);
        const int Room = WindowTokens - 1;
        using CausalLanguageModel before = CausalLanguageModel.Load(checkpoint);
        foreach ((CausalLanguageModel model, RetentionEstimate loss, RetentionEstimate perplexity) in
            ((CausalLanguageModel, RetentionEstimate, RetentionEstimate)[])
            [(before, report.Loss!.Before, report.Perplexity!.Before), (tuned, report.Loss.After, report.Perplexity.After)])
        {
            var reference = new ReferenceDecoder(model, model.Decoder.Config);
            List<double> losses = [];
            for (int end = Room; losses.Count < Tokens; end += Short.StrideTokens)
            {
                int begin = end - Room, last = Math.Min(end, Tokens);
                long[] window = [2, .. ids[begin..last]];
                losses.AddRange(reference.Losses(window).TakeLast(last - losses.Count));
            }

            Assert.Equal(losses.Average(), loss.Value, 1e-4);
            Assert.Equal(Math.Exp(loss.Value), perplexity.Value, 1e-9);
            Assert.Equal((Math.Exp(loss.Low), Math.Exp(loss.High)), (perplexity.Low, perplexity.High));
        }

        Assert.Equal(report.Perplexity.After.Value - report.Perplexity.Before.Value, report.Perplexity.Difference.Value, 1e-9);
        double bytes = new FileInfo(_text).Length;
        Assert.Equal(Tokens * report.Loss.Before.Value / Math.Log(2) / bytes, report.BitsPerByte!.Before.Value, 1e-9);
        Assert.Equal(Tokens * report.Loss.After.Value / Math.Log(2) / bytes, report.BitsPerByte.After.Value, 1e-9);
        Assert.All(report.Drift, drift => Assert.InRange(drift.CosineDistance.Value, 0.2, 2));
        Assert.All(report.Drift, drift => Assert.InRange(drift.LinearCka, 0, 0.95));
    }

    [Fact]
    public void Padding_is_ignored()
    {
        // The last window is shorter than the others, and alone in its batch only in the second measurement.
        RetentionReport together = Measure(Change, Short with { BatchSize = 100 }), alone = Measure(Change, Short with { BatchSize = 1 });
        Assert.Contains(Probe(Short).Windows, window => window.Ids.Length < WindowTokens);
        Assert.Equal(alone.MaskedTokens, together.MaskedTokens);
        Assert.Equal(alone.Loss!.After.Value, together.Loss!.After.Value, 1e-5);
        Assert.Equal(alone.Accuracy, together.Accuracy);
        foreach ((RetentionDrift one, RetentionDrift other) in alone.Drift.Zip(together.Drift))
        {
            Assert.Equal(one.CosineDistance.Value, other.CosineDistance.Value, 1e-6);
            // Sums of products are in float32, in another order.
            Assert.Equal(one.LinearCka, other.LinearCka, 1e-5);
        }
    }

    [Fact]
    public void The_base_is_measured_without_adapters()
    {
        RetentionReport untouched = Measure(model => { });
        RetentionReport adapted = Measure(model =>
        {
            foreach (var parameter in model.parameters())
                parameter.requires_grad = false;
            LoraAdapters adapters = LoraAdapters.Attach(
                model, ["model.layers.0.self_attn.q_proj.weight", "model.layers.1.mlp.down_proj.weight"], TuningMethod.Lora(rank: 2),
                seed: 1);
            using var guard = no_grad();
            foreach (LinearLayer projection in model.LinearLayers.Values)
            {
                foreach (Tensor parameter in projection.Adapter?.parameters() ?? [])
                    parameter.normal_();
            }

            Assert.NotNull(adapters);
        });
        Assert.Equal(untouched.Loss!.Before, adapted.Loss!.Before);
        Assert.Equal(untouched.Perplexity!.Before, adapted.Perplexity!.Before);
        Assert.NotEqual(adapted.Loss.Before, adapted.Loss.After);
        Assert.Equal((0, 1), (adapted.Drift[0].CosineDistance.Value, adapted.Drift[0].LinearCka));
        Assert.True(adapted.Drift[1].CosineDistance.Value > 0);
    }

    [Fact]
    public void Each_model_guesses_under_its_own_head()
    {
        RetentionReport report = Measure(model =>
        {
            using var guard = no_grad();
            model.get_parameter("lm_head.weight")!.zero_();
        });
        Assert.All(report.Drift, drift => Assert.Equal(0, drift.CosineDistance.Value));
        Assert.NotEqual(TinyModel.Vocabulary.Length, report.Perplexity!.Before.Value, 1e-3);
        Assert.Equal(TinyModel.Vocabulary.Length, report.Perplexity.After.Value, 1e-3);
    }

    [Fact]
    public void A_head_that_was_tied_may_have_become_one_of_its_own()
    {
        string tied = _folder.File("tied");
        DecoderConfig config = DecoderConfig.Read(_base) with { TiesWordEmbeddings = true };
        using (CausalLanguageModel model = CausalLanguageModel.Create(config, seed: 1))
            Save(model, tied);
        using Checkpoint before = Checkpoint.Open(tied), after = Checkpoint.Open(_base);
        using CausalLanguageModel tuned = CausalLanguageModel.Load(after);
        RetentionReport report = Probe(Short).Measure(before, tuned, TestContext.Current.CancellationToken);
        Assert.Equal(Measure(model => { }).Perplexity!.After, report.Perplexity!.After);
        Assert.NotEqual(report.Perplexity.Before, report.Perplexity.After);
    }

    [Fact]
    public void A_better_model_has_a_lower_perplexity()
    {
        string better = _folder.File("better");
        using (Checkpoint checkpoint = Checkpoint.Open(_base))
        using (CausalLanguageModel model = CausalLanguageModel.Load(checkpoint))
        {
            using var scope = NewDisposeScope();
            var optimizer = optim.AdamW(model.parameters(), 0.01);
            var batch = new WindowBatch([.. Probe(Short).Windows], 0, CPU);
            for (int step = 0; step < 40; step++)
            {
                using var inner = NewDisposeScope();
                optimizer.zero_grad();
                NextTokens.Learn(model, batch.Ids, batch.Mask);
                optimizer.step();
            }

            Save(model, better);
        }

        RetentionReport first = Measure(model => { }), report = Measure(Change, path: better);
        Assert.True(report.Perplexity!.Before.Value < 0.6 * first.Perplexity!.Before.Value,
            $"{report.Perplexity.Before.Value} after {first.Perplexity.Before.Value}");
        Assert.True(report.Perplexity.Difference.Low > 0, "it forgot");
        Assert.True(report.Accuracy!.Difference.High < 0, "it forgot");
    }

    [Fact]
    public void The_model_is_left_as_it_is()
    {
        using Checkpoint checkpoint = Checkpoint.Open(_base);
        using CausalLanguageModel tuned = CausalLanguageModel.Load(checkpoint);
        float[][] values = Values();
        List<(int, int)> told = [];
        RetentionProbe probe = Probe(Short with { BatchSize = 8 });
        probe.Measure(checkpoint, tuned, TestContext.Current.CancellationToken, (done, all) => told.Add((done, all)));
        Assert.True(tuned.training);
        Assert.Equal(values, Values());
        Assert.Equal([(8, 20), (16, 20), (20, 20)], told);
        Assert.Throws<OperationCanceledException>(() => probe.Measure(checkpoint, tuned, new CancellationToken(canceled: true)));
        Assert.True(tuned.training);

        float[][] Values() => [.. tuned.parameters().Select(parameter => parameter.detach().data<float>().ToArray())];
    }

    [Fact]
    public void Windows_fit_the_model_and_the_settings()
    {
        // Half of a window at most is new, so that there is context.
        using Checkpoint checkpoint = Checkpoint.Open(_base);
        DecoderConfig config = DecoderConfig.Read(_base) with { MaxTokens = 12 };
        IReadOnlyList<MaskedWindow> windows = RetentionProbe.Create(config, Tokenizer(), ControlSource.FromFile(_text)).Windows;
        Assert.All(windows.SkipLast(1), window => Assert.Equal(12, window.Ids.Length));
        Assert.All(windows.Skip(1).SkipLast(1), window => Assert.Equal(5, window.Targets.Count(target => target >= 0)));
        Assert.Equal(Tokens, windows.Sum(window => window.Targets.Count(target => target >= 0)));
        Assert.Equal(7, Probe(Short with { MaxWindows = 7 }).Windows.Count);
        string tooShort = _folder.Write("short.txt", "the film was");
        Assert.StartsWith(
            tooShort,
            Assert.Throws<FormatException>(() => RetentionProbe.Create(config, Tokenizer(), ControlSource.FromFile(tooShort))).Message);
    }

    [Fact]
    public void Halves_share_nothing_and_guess_with_as_much_context()
    {
        using Checkpoint checkpoint = Checkpoint.Open(_base);
        var samples = ControlSamples.Read(
            checkpoint, DecoderConfig.Read(_base) with { MaxTokens = 12 }, Tokenizer(), ControlSource.FromFile(_text), most: 100);
        RetentionProbe deciding = samples.Probe(RetentionPart.Deciding), reported = samples.Probe(RetentionPart.Reported);
        Assert.Equal(RetentionObjective.NextToken, deciding.Objective);
        Assert.Equal(samples.All.Count, deciding.Windows.Count + reported.Windows.Count);
        foreach (MaskedWindow window in deciding.Windows.Concat(reported.Windows))
        {
            // The token that begins a text, and half of the others at most, are context; the next tokens are guessed.
            int first = Array.FindIndex(window.Targets, target => target >= 0);
            Assert.InRange(first, window.Ids.Length / 2 - 1, 6);
            Assert.Equal(window.Ids[(first + 1)..], window.Targets[first..^1]);
            string guessed = string.Join(' ', window.Ids[(first + 1)..].Select(id => TinyModel.Vocabulary[id]));
            // With the line's end before the first of them.
            Assert.Equal(guessed.Length + 1, window.Bytes);
        }

        Assert.InRange(deciding.Windows.Concat(reported.Windows).Sum(window => window.Ids.Length - 1), Tokens * 3 / 4, Tokens);
    }

    private static void Change(CausalLanguageModel model)
    {
        using var guard = no_grad();
        foreach (var parameter in model.parameters())
            parameter.mul_(0.6f);
    }

    private static void Save(CausalLanguageModel model, string path)
    {
        ModelWriter.SaveFolder(path, model);
        File.WriteAllText(Path.Combine(path, "vocab.txt"), string.Concat(TinyModel.Vocabulary.Select(token => token + "\n")));
    }

    private HuggingFaceTokenizer Tokenizer() => HuggingFaceTokenizer.Create(TokenizerFiles.Read(_base, null));

    private RetentionProbe Probe(RetentionSettings settings) =>
        RetentionProbe.Create(DecoderConfig.Read(_base), Tokenizer(), ControlSource.FromFile(_text), settings);

    private RetentionReport Measure(Action<CausalLanguageModel> change, RetentionSettings? settings = null, string? path = null)
    {
        using Checkpoint checkpoint = Checkpoint.Open(path ?? _base);
        using CausalLanguageModel tuned = CausalLanguageModel.Load(checkpoint);
        change(tuned);
        return Probe(settings ?? Short).Measure(checkpoint, tuned, TestContext.Current.CancellationToken);
    }
}
