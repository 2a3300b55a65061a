using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Retention;
using Microsoft.ML.KappaTune.Tasks.Classification;
using Microsoft.ML.KappaTune.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Study;

/// <summary>
/// Measures encoders on control texts as the product's retention does: the same windows with the same tokens hidden, under the base
/// model's head, or the same pairs of sentences. The base itself is measured once, so that a run costs one pass an epoch; where it has a
/// head, what it predicts on the task's texts is computed anew, for that is more than one would keep.
/// </summary>
internal sealed class ControlTextMeter : IDisposable
{
    private readonly TextEncoder _encoder;
    private readonly MaskedLanguageModel? _language;
    private readonly (string Path, RetentionProbe Probe)[] _controls;

    /// <param name="baseModel">Its folder, or the name of the embedded one.</param>
    /// <param name="controls">Paths, or names of <see cref="RetentionTexts"/>.</param>
    /// <param name="task">Rows of the task that none of the runs learns from.</param>
    /// <exception cref="FormatException">The base can't be asked for what it knows, or a text is none.</exception>
    public ControlTextMeter(string baseModel, IReadOnlyList<string> controls, IReadOnlyList<TextExample> task, string device)
    {
        using Checkpoint checkpoint = Checkpoint.Open(baseModel);
        EncoderConfig config = EncoderConfig.Read(checkpoint);
        var files = TokenizerFiles.Read(checkpoint);
        HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.Create(files, config.VocabularySize);
        _controls = [.. controls.Select((path, i) => (path, RetentionProbe.Create(
            checkpoint, config, tokenizer, ControlSource.Find(path), task: i == 0 ? task : null)))];
        if (_controls[0].Probe.Objective is null)
        {
            throw new FormatException(
                $"{baseModel} has no head for masked tokens and isn't a sentence encoder, so that what it forgets can't be measured. Use a "
                + "masked language model, or a sentence encoder's folder with its 1_Pooling/config.json.");
        }

        torch.Device place = DeviceName.Parse(device);
        if (MaskedLanguageModel.IsIn(checkpoint, config))
            _language = MaskedLanguageModel.Load(checkpoint, config, device: place);
        _encoder = _language?.Encoder ?? TextEncoder.Load(checkpoint, config, device: place);
        _encoder.eval();
        _language?.eval();
    }

    /// <summary>What the base makes of all texts.</summary>
    public BaseReading MeasureBase()
    {
        using var states = new MemoryStream();
        List<ComparedControlText> controls = [];
        foreach ((string path, RetentionProbe probe) in _controls)
        {
            bool isMain = controls.Count == 0;
            (double loss, double accuracy) = Measure(probe, _encoder, (_, after) =>
            {
                if (isMain)
                    states.Write(after.to(ScalarType.Float32).cpu().contiguous().bytes);
            });
            controls.Add(new()
            {
                Name = Path.GetFileNameWithoutExtension(path),
                Tokens = probe.Windows.Sum(window => window.Ids.Length),
                MaskedTokens = probe.Windows.Sum(window => window.Targets.Count(target => target >= 0)),
                Pairs = probe.Objective is RetentionObjective.SentencePairs ? probe.Windows.Count / probe.WindowsPerSample : null,
                Loss = loss,
                Accuracy = accuracy,
            });
        }

        return new(controls, states.ToArray());
    }

    /// <summary>
    /// KL(base, tuned) on the task's texts, in nats a hidden token; null where the base has no head to predict with. The encoder is in
    /// evaluation mode afterwards.
    /// </summary>
    public double? Divergence(TextEncoder encoder)
    {
        IReadOnlyList<MaskedWindow> task = _controls[0].Probe.Task;
        if (_language is null || task.Count == 0)
            return null;
        using var guard = no_grad();
        encoder.eval();
        var tally = new DivergenceTally();
        foreach (MaskedWindow[] windows in task.Chunk(_controls[0].Probe.Settings.BatchSize))
        {
            using var scope = NewDisposeScope();
            WindowBatch batch = BatchOf(windows);
            tally.Add(AnswersOf(_encoder), AnswersOf(encoder));

            Answers AnswersOf(TextEncoder model)
            {
                var reader = new GuessReader(_language.Head);
                return reader.Read(batch, reader.FeaturesOf(batch, model.Encode(batch.Ids, batch.Mask, batch.Types)))[0];
            }
        }

        return tally.Sums.Sum() / task.Sum(window => window.Targets.Count(target => target >= 0));
    }

    /// <summary>What another encoder makes of them, and how far its states moved.</summary>
    public (IReadOnlyList<ControlTextRetention> Retention, double Drift) Measure(TextEncoder encoder, BaseReading before)
    {
        double moved = 0, tokens = 0;
        int begin = 0;
        List<ControlTextRetention> retention = [];
        foreach ((_, RetentionProbe probe) in _controls)
        {
            bool isMain = retention.Count == 0;
            (double loss, double accuracy) = Measure(probe, encoder, (batch, after) =>
            {
                if (!isMain)
                    return;
                long bytes = after.NumberOfElements * sizeof(float);
                Tensor states = empty(after.shape, dtype: ScalarType.Float32);
                before.States.AsSpan(begin, (int)bytes).CopyTo(states.bytes);
                begin += (int)bytes;
                Tensor distances = CosineDistance(states.to(after.device), after);
                moved += where(batch.Mask.to(ScalarType.Bool), distances, zeros_like(distances)).sum().item<double>();
                tokens += batch.Mask.sum().item<long>();
            });
            ComparedControlText known = before.Controls[retention.Count];
            retention.Add(new() { LossBefore = known.Loss, LossAfter = loss, AccuracyBefore = known.Accuracy, AccuracyAfter = accuracy });
        }

        return (retention, moved / tokens);
    }

    public void Dispose()
    {
        _encoder.Dispose();
        _language?.Dispose();
    }

    /// <param name="look">Sees each batch and its last layer's states, [B, T, H].</param>
    private (double Loss, double Accuracy) Measure(RetentionProbe probe, TextEncoder encoder, Action<WindowBatch, Tensor> look)
    {
        using var guard = no_grad();
        encoder.eval();
        var tally = new RetentionTally();
        AnswerReader reader = probe.NewReader(_language is null ? null : _language.Head)!;
        foreach (MaskedWindow[] windows in probe.Batches)
        {
            using var scope = NewDisposeScope();
            WindowBatch batch = BatchOf(windows);
            Tensor states = encoder.Encode(batch.Ids, batch.Mask, batch.Types);
            look(batch, states);
            foreach (Answers read in reader.Read(batch, reader.FeaturesOf(batch, states)))
                tally.Add(read);
        }

        double answers = probe.Answers.Sum();
        return (tally.Losses.Sum() / answers, tally.Right.Sum() / answers);
    }

    private WindowBatch BatchOf(MaskedWindow[] windows) => new(windows, _encoder.Config.PadTokenId, _encoder.WordEmbeddings.device);

    /// <summary>[B, T, H] twice to [B, T]; exactly 0 for states that are the same.</summary>
    private static Tensor CosineDistance(Tensor before, Tensor after)
    {
        Tensor x = before.to(ScalarType.Float64), y = after.to(ScalarType.Float64);
        Tensor cosine = Dot(x, y) / (Dot(x, x) * Dot(y, y)).sqrt();
        return cosine.ones_like() - cosine;
    }

    private static Tensor Dot(Tensor x, Tensor y) => (x * y).sum(-1L);
}
