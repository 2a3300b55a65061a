using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Reports;
using Microsoft.ML.KappaTune.Spectra;
using Microsoft.ML.KappaTune.Tokenization;
using Microsoft.ML.KappaTune.Tuning;
using TorchSharp;
using static TorchSharp.torch;

namespace KappaTune.Tool.Comparison;

/// <summary>
/// Measures encoders on control texts as the product's retention does: the same windows with the same tokens hidden, under the base
/// model's head. The base itself is measured once, so that a run costs one pass an epoch.
/// </summary>
internal sealed class ControlMeter : IDisposable
{
    private const int WindowsAtOnce = 16;

    private readonly MaskedLanguageModel _base;
    private readonly (string Path, RetentionProbe Probe)[] _controls;

    /// <exception cref="FormatException">The base has no head to guess with, or a text is none.</exception>
    public ControlMeter(string baseModel, IReadOnlyList<string> controls, string device)
    {
        using Checkpoint checkpoint = Checkpoint.Open(baseModel);
        EncoderConfig config = ModelLoader.ConfigOf(checkpoint);
        var files = TokenizerFiles.Read(checkpoint.Folder, checkpoint.Config);
        HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.Create(files, config.VocabularySize);
        if (tokenizer.MaskId < 0)
        {
            throw new FormatException(
                $"{baseModel} has no mask token, so that what it forgets can't be measured. Use a masked language model.");
        }

        _controls = [.. controls.Select(path => (path, RetentionProbe.Create(checkpoint, config, tokenizer, path)))];
        _base = ModelLoader.LoadMaskedLanguageModel(checkpoint, config, device: DeviceName.Parse(device, allowAuto: true));
        _base.eval();
    }

    /// <summary>What the base makes of all texts.</summary>
    public BaseReading MeasureBase()
    {
        using var states = new MemoryStream();
        List<ComparedControl> controls = [];
        foreach ((string path, RetentionProbe probe) in _controls)
        {
            bool isMain = controls.Count == 0;
            (double loss, double accuracy) = Measure(probe, _base.Encoder, (_, after) =>
            {
                if (isMain)
                    states.Write(after.to(ScalarType.Float32).cpu().contiguous().bytes);
            });
            controls.Add(new()
            {
                Name = FileNames.Of(path),
                Tokens = probe.Windows.Sum(window => window.Ids.Length),
                MaskedTokens = MaskedTokens(probe),
                Loss = loss,
                Accuracy = accuracy,
            });
        }

        return new(controls, states.ToArray());
    }

    /// <summary>What another encoder makes of them, and how far its states moved.</summary>
    public (IReadOnlyList<ControlRetention> Retention, double Drift) Measure(TextEncoder encoder, BaseReading before)
    {
        double moved = 0, tokens = 0;
        int begin = 0;
        List<ControlRetention> retention = [];
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
            ComparedControl known = before.Controls[retention.Count];
            retention.Add(new() { LossBefore = known.Loss, LossAfter = loss, AccuracyBefore = known.Accuracy, AccuracyAfter = accuracy });
        }

        return (retention, moved / tokens);
    }

    public void Dispose() => _base.Dispose();

    /// <param name="probe">The windows.</param>
    /// <param name="encoder">Whatever gives states.</param>
    /// <param name="look">Sees each batch and its last layer's states, [B, T, H].</param>
    private (double Loss, double Accuracy) Measure(RetentionProbe probe, TextEncoder encoder, Action<WindowBatch, Tensor> look)
    {
        using var guard = no_grad();
        encoder.eval();
        var tally = new GuessTally();
        foreach (MaskedWindow[] windows in probe.Windows.Chunk(WindowsAtOnce))
        {
            using var scope = NewDisposeScope();
            var batch = new WindowBatch(windows, encoder.Config.PadTokenId, encoder.WordEmbeddings.device);
            Tensor states = encoder.Encode(batch.Ids, batch.Mask, null);
            look(batch, states);
            tally.Add(batch, _base.Head(batch.HiddenPlaces(states)));
        }

        double masked = MaskedTokens(probe);
        return (tally.Losses.Sum() / masked, tally.Right.Sum() / masked);
    }

    private static int MaskedTokens(RetentionProbe probe) => probe.Windows.Sum(window => window.Targets.Count(target => target >= 0));

    /// <summary>[B, T, H] twice to [B, T]; exactly 0 for states that are the same.</summary>
    private static Tensor CosineDistance(Tensor before, Tensor after)
    {
        Tensor x = before.to(ScalarType.Float64), y = after.to(ScalarType.Float64);
        Tensor cosine = Dot(x, y) / (Dot(x, x) * Dot(y, y)).sqrt();
        return cosine.ones_like() - cosine;
    }

    private static Tensor Dot(Tensor x, Tensor y) => (x * y).sum(-1L);
}
