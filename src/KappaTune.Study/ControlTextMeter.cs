using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Retention;
using Microsoft.ML.KappaTune.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Study;

/// <summary>
/// Measures models on control texts as the product's retention does: encoders on the same windows with the same tokens hidden, under the
/// base model's head, or on the same pairs of sentences; decoders on the same windows, each under its own head. The base itself is measured
/// once, so that a run costs one pass an epoch. What it predicts on the task's texts is made anew from its last layer's states, which are
/// kept: a number for each word of the vocabulary would take some eighty times as much room.
/// </summary>
internal sealed class ControlTextMeter : IDisposable
{
    private readonly nn.Module _owned;
    private readonly TransformerStack _stack;
    private readonly MeasuredModel _base;
    private readonly (string Path, RetentionProbe Probe)[] _controls;

    /// <param name="baseModel">Its folder, or the name of the embedded one.</param>
    /// <param name="controls">Paths, or names of <see cref="RetentionTexts"/>.</param>
    /// <param name="task">Texts of the task that none of the runs learns from.</param>
    /// <exception cref="FormatException">The base can't be asked for what it knows, or a text is none.</exception>
    public ControlTextMeter(string baseModel, IReadOnlyList<string> controls, IReadOnlyList<TaskText> task, string device)
    {
        using Checkpoint checkpoint = Checkpoint.Open(baseModel);
        TransformerConfig config =
            DecoderConfig.Describes(checkpoint.Config) ? DecoderConfig.Read(checkpoint) : EncoderConfig.Read(checkpoint);
        var tokenizer = HuggingFaceTokenizer.Create(TokenizerFiles.Read(checkpoint), config.VocabularySize);
        _controls = [.. controls.Select((path, i) => (path, Probe(ControlSource.Find(path), i == 0 ? task : null)))];
        if (_controls[0].Probe.Objective is null)
        {
            throw new FormatException(
                $"{baseModel} has no head for masked tokens and isn't a sentence encoder, so that what it forgets can't be measured. Use a "
                + "masked language model, or a sentence encoder's folder with its 1_Pooling/config.json.");
        }

        torch.Device place = DeviceName.Parse(device);
        switch (config)
        {
            case DecoderConfig decoder:
                var causal = CausalLanguageModel.Load(checkpoint, decoder, device: place);
                (_owned, _stack, _base) = (causal, causal.Decoder, MeasuredModel.Of(causal));
                break;
            case EncoderConfig encoder when MaskedLanguageModel.IsIn(checkpoint, encoder):
                var masked = MaskedLanguageModel.Load(checkpoint, encoder, device: place);
                (_owned, _stack, _base) = (masked, masked.Encoder, MeasuredModel.Of(masked.Encoder, masked.Head));
                break;
            default:
                var alone = TextEncoder.Load(checkpoint, (EncoderConfig)config, device: place);
                (_owned, _stack, _base) = (alone, alone, MeasuredModel.Of(alone, head: null));
                break;
        }

        _owned.eval();

        RetentionProbe Probe(ControlSource text, IReadOnlyList<TaskText>? rows) => config is DecoderConfig decoder
            ? RetentionProbe.Create(decoder, tokenizer, text, task: rows)
            : RetentionProbe.Create(checkpoint, (EncoderConfig)config, tokenizer, text, task: rows);
    }

    /// <summary>A meter for a task's runs; of a model that hears, predictions are compared on the main control text.</summary>
    /// <inheritdoc cref="ControlTextMeter(string, IReadOnlyList{string}, IReadOnlyList{TaskText}, string)"/>
    public static ControlTextMeter For(
        string baseModel, IReadOnlyList<string> controls, TaskRows rows, WordRows? words, string device) => rows.Recordings is null
            ? new(baseModel, controls, words?.TestTexts ?? rows.Test, device)
            : new(baseModel, controls, [], device) { ComparesOnControl = true };

    /// <summary>KL(base, base): 0, or null where the base has no head to predict with.</summary>
    public double? DivergenceOfBase =>
        _base.Head is not null && (ComparesOnControl || _controls[0].Probe.Task.Count > 0) ? 0 : null;

    /// <summary>Whether predictions are compared on the main control text instead, as of a base that can't hear the task's rows.</summary>
    public bool ComparesOnControl { get; init; }

    /// <summary>A tuned encoder, which has the base's head to be measured with.</summary>
    public MeasuredModel Of(TextEncoder tuned) => MeasuredModel.Of(tuned, _base.Head);

    /// <summary>What the base makes of all texts.</summary>
    public BaseReading MeasureBase()
    {
        using var states = new MemoryStream();
        List<ComparedControlText> controls = [];
        foreach ((string path, RetentionProbe probe) in _controls)
        {
            bool isMain = controls.Count == 0;
            (double loss, double accuracy) = Measure(probe, _base, (_, after) =>
            {
                if (isMain)
                    Write(after, states);
            });
            controls.Add(new()
            {
                Name = Path.GetFileNameWithoutExtension(path),
                Tokens = probe.Windows.Sum(window => window.Ids.Length),
                MaskedTokens = probe.Windows.Sum(window => window.Targets.Count(target => target >= 0)),
                Bytes = probe.Objective is RetentionObjective.NextToken ? probe.Windows.Sum(window => (long)window.Bytes) : null,
                Pairs = probe.Objective is RetentionObjective.SentencePairs ? probe.Windows.Count / probe.WindowsPerSample : null,
                Loss = loss,
                Accuracy = accuracy,
            });
        }

        using var taskStates = new MemoryStream();
        if (DivergenceOfBase is not null)
            ReadTask(_base, (_, features) => Write(features, taskStates));
        return new(controls, states.ToArray(), taskStates.ToArray());
    }

    /// <summary>
    /// KL(base, tuned) on the task's texts, in nats a token that is guessed; null where the base has no head to predict with. The model is
    /// in evaluation mode afterwards.
    /// </summary>
    public double? Divergence(MeasuredModel tuned, BaseReading before)
    {
        if (DivergenceOfBase is null)
            return null;
        var tally = new DivergenceTally();
        int begin = 0, answers = 0;
        ReadTask(tuned, (batch, features) =>
        {
            Tensor known = Read(before.TaskStates, ref begin, like: features);
            Compare(batch, known, tuned, features, tally);
            answers += batch.Owners.Count;
        });
        return tally.Sums.Sum() / answers;
    }

    /// <summary>
    /// What a tuned model makes of them, how far its states moved and, where that is asked for, KL(base, tuned) on the main one, in nats a
    /// token.
    /// </summary>
    public (IReadOnlyList<ControlTextRetention> Retention, double Drift, double? Divergence) Measure(
        MeasuredModel tuned, BaseReading before)
    {
        double moved = 0, tokens = 0;
        int begin = 0;
        var tally = new DivergenceTally();
        List<ControlTextRetention> retention = [];
        foreach ((_, RetentionProbe probe) in _controls)
        {
            bool isMain = retention.Count == 0;
            (double loss, double accuracy) = Measure(probe, tuned, (batch, after) =>
            {
                if (!isMain)
                    return;
                Tensor known = Read(before.States, ref begin, like: after), distances = CosineDistance(known, after);
                moved += where(batch.Mask.to(ScalarType.Bool), distances, zeros_like(distances)).sum().item<double>();
                tokens += batch.Mask.sum().item<long>();
                if (ComparesOnControl)
                    Compare(batch, batch.HiddenPlaces(known), tuned, batch.HiddenPlaces(after), tally);
            });
            ComparedControlText known = before.Controls[retention.Count];
            retention.Add(new() { LossBefore = known.Loss, LossAfter = loss, AccuracyBefore = known.Accuracy, AccuracyAfter = accuracy });
        }

        return (retention, moved / tokens, ComparesOnControl ? tally.Sums.Sum() / _controls[0].Probe.Answers.Sum() : null);
    }

    public void Dispose() => _owned.Dispose();

    /// <param name="look">Sees each batch and its last layer's states, [B, T, H].</param>
    private (double Loss, double Accuracy) Measure(RetentionProbe probe, MeasuredModel model, Action<WindowBatch, Tensor> look)
    {
        using var guard = no_grad();
        model.Module.eval();
        var tally = new RetentionTally();
        AnswerReader reader = probe.NewReader(model.Head)!;
        foreach (MaskedWindow[] windows in probe.Batches)
        {
            using var scope = NewDisposeScope();
            WindowBatch batch = BatchOf(windows);
            Tensor states = model.StatesOf(batch);
            look(batch, states);
            foreach (Answers read in reader.ReadInPieces(batch, reader.FeaturesOf(batch, states)))
            {
                tally.Add(read);
                read.Logits.Dispose();
            }
        }

        double answers = probe.Answers.Sum();
        return (tally.Losses.Sum() / answers, tally.Right.Sum() / answers);
    }

    /// <param name="look">Sees each batch of the task's texts, and its last layer's states where a token is to guess, [M, H].</param>
    private void ReadTask(MeasuredModel model, Action<WindowBatch, Tensor> look)
    {
        using var guard = no_grad();
        model.Module.eval();
        foreach (MaskedWindow[] windows in _controls[0].Probe.Task.Chunk(_controls[0].Probe.Settings.BatchSize))
        {
            using var scope = NewDisposeScope();
            WindowBatch batch = BatchOf(windows);
            look(batch, batch.HiddenPlaces(model.StatesOf(batch)));
        }
    }

    /// <summary>Adds how far predictions are from the base's, from the states of both where a token is to guess, [M, H].</summary>
    private void Compare(WindowBatch batch, Tensor known, MeasuredModel tuned, Tensor features, DivergenceTally tally)
    {
        foreach ((Answers then, Answers now) in AnswersOf(_base, known).Zip(AnswersOf(tuned, features)))
        {
            tally.Add(then, now);
            then.Logits.Dispose();
            now.Logits.Dispose();
        }

        IEnumerable<Answers> AnswersOf(MeasuredModel model, Tensor its) =>
            new GuessReader(model.Head!, _stack is TextDecoder ? GuessReader.MostOfDecoder : int.MaxValue).ReadInPieces(batch, its);
    }

    private static void Write(Tensor states, Stream stream) => stream.Write(states.to(ScalarType.Float32).cpu().contiguous().bytes);

    /// <summary>The next states that were written, of the same shape and place as others.</summary>
    private static Tensor Read(byte[] written, ref int begin, Tensor like)
    {
        Tensor states = empty(like.shape, dtype: ScalarType.Float32);
        Span<byte> bytes = states.bytes;
        written.AsSpan(begin, bytes.Length).CopyTo(bytes);
        begin += bytes.Length;
        return states.to(like.device);
    }

    private WindowBatch BatchOf(MaskedWindow[] windows) => new(windows, _stack.PaddingId, _stack.WordEmbeddings.device);

    /// <summary>[B, T, H] twice to [B, T]; exactly 0 for states that are the same.</summary>
    private static Tensor CosineDistance(Tensor before, Tensor after)
    {
        Tensor x = before.to(ScalarType.Float64), y = after.to(ScalarType.Float64);
        Tensor cosine = Dot(x, y) / (Dot(x, x) * Dot(y, y)).sqrt();
        return cosine.ones_like() - cosine;
    }

    private static Tensor Dot(Tensor x, Tensor y) => (x * y).sum(-1L);
}
