using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tasks.CausalLm;
using Microsoft.ML.KappaTune.Tests.Training;
using Microsoft.ML.KappaTune.Training.Reports;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Tasks.CausalLm;

[Collection(nameof(ProcessSettings))]
public sealed class LanguageModelTunerTests : IDisposable
{
    private readonly TinyLanguageTask _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Completions_are_learnt_by_what_is_selected_alone(bool isLora)
    {
        var lines = new List<string>();
        var progress = new List<TuningProgress>();
        TuningOptions options = _tiny.Options with
        {
            Method = isLora ? TuningMethod.Lora(4) : TuningMethod.Direct,
            MaxEpochs = 6,
            Progress = progress.Add,
        };
        (TuningReport report, _) = _tiny.Tune(_tiny.Task(options) with { Log = lines.Add });
        Assert.Equal((48, 20, 0, 0), (report.TrainingRows, report.ValidationRows, report.SkippedRows, report.TruncatedRows));
        // Three words and the end.
        Assert.Equal(48 * 4, report.CountedTokens);
        Assert.Empty(report.Classes);
        Assert.Equal(6 * 6, report.Losses.Count);
        ValidationResult last = report.Epochs[^1].Validation!;
        // Adapters begin at nothing, and these learn little in so few steps.
        (double most, double least) = isLora ? (0.95, 0) : (0.5, 0.7);
        (double first, double after) = (report.Epochs[0].TrainingLoss, report.Epochs[^1].TrainingLoss);
        Assert.True(after < most * first && last.MicroAccuracy >= least, $"it learnt little: {first} to {after}, {last}");
        Assert.Equal(Math.Exp(last.Loss), last.Perplexity);
        Assert.Contains("The loss counts 192 tokens of 48 texts.", lines);
        Assert.Contains(lines, line => line.Contains("tokens/s; validation loss") && line.Contains(", perplexity "));
        Assert.DoesNotContain(lines, line => line.Contains("head"));
        Assert.Equal(
            [TuningPhase.Scanning, TuningPhase.Tokenizing, TuningPhase.Training, TuningPhase.Validated],
            progress.Select(told => told.Phase).Distinct());
    }

    [Fact]
    public void Validation_is_the_loss_of_each_token_that_counts()
    {
        ValidationResult? before = null;
        LanguageModelRequest request = _tiny.Task(_tiny.Options with { MaxEpochs = 1, BatchSize = 7 }) with
        {
            CountsPrompts = true,
            EpochEnded = moment => before ??= moment.Epoch == 0 ? moment.Validation : null,
        };
        _tiny.Tune(request);
        using Checkpoint checkpoint = Checkpoint.Open(_tiny.Base);
        using CausalLanguageModel model = CausalLanguageModel.Load(checkpoint);
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        model.eval();
        (double loss, double tokens) = (0, 0);
        foreach (LanguageModelExample example in _tiny.Validation)
        {
            long[] ids = [.. _tiny.Tokenizer().Encode(example.Text).Ids.Select(id => (long)id), TinyDecoder.End];
            Assert.Equal(TinyDecoder.Begin, ids[0]);
            Tensor logits = model.Logits(tensor(ids, 1, ids.Length))[0].narrow(0, 0, ids.Length - 1);
            loss += nn.functional.cross_entropy(logits, tensor(ids[1..]), reduction: nn.Reduction.Sum).ToDouble();
            tokens += ids.Length - 1;
        }

        Assert.Equal(loss / tokens, before!.Loss, 1e-5);
    }

    [Fact]
    public void Texts_together_in_rows_are_learnt_as_alone()
    {
        // One step over all of them, so that the order doesn't matter.
        TuningOptions options = _tiny.Options with { MaxEpochs = 1, BatchSize = 48, WarmupRatio = 0 };
        LanguageModelRequest request = _tiny.Task(options, validates: false);
        (TuningReport alone, SortedDictionary<string, float[]> weights) = _tiny.Tune(request);
        (TuningReport packed, SortedDictionary<string, float[]> others) = _tiny.Tune(request with { Packs = true });
        Assert.Equal(alone.Losses[0].Loss, packed.Losses[0].Loss, 1e-5);
        Assert.Equal((alone.TrainingRows, alone.CountedTokens), (packed.TrainingRows, packed.CountedTokens));
        Assert.Equal(alone.Losses.Count, packed.Losses.Count);
        Assert.False(TinyTask.AreSame(_tiny.Untuned(), weights));
        Assert.Equal(weights.Keys, others.Keys);
    }

    [Theory]
    [InlineData(false, 4)]
    [InlineData(true, 11)]
    public void Interrupted_and_resumed_is_bit_for_bit_uninterrupted(bool isLora, int step)
    {
        TuningOptions options = _tiny.Options with
        {
            Method = isLora ? TuningMethod.Lora(3, dropout: 0.2) : TuningMethod.Direct,
            BatchSize = 4,
            GradientAccumulation = 2,
            EarlyStopping = new(),
        };
        (TuningReport whole, SortedDictionary<string, float[]> weights) = _tiny.Tune(options);
        TuningOptions kept = options with { CheckpointDirectory = _tiny.States, CheckpointEvery = 1 };
        Assert.Throws<InvalidTimeZoneException>(() => _tiny.Tune(kept with
        {
            Progress = told =>
            {
                if (told.Phase == TuningPhase.Training && told.Step > step)
                    throw new InvalidTimeZoneException();
            },
        }));
        (TuningReport resumed, SortedDictionary<string, float[]> others) = _tiny.Tune(kept with { Resume = true });
        Assert.Equal(whole.Losses, resumed.Losses);
        Assert.Equal(whole.BestEpoch, resumed.BestEpoch);
        TinyTask.AssertSame(weights, others);
        var e = Assert.Throws<TrainingStateMismatchException>(
            () => _tiny.Tune(_tiny.Task(kept with { Resume = true }) with { CountsPrompts = true }));
        Assert.Equal(nameof(LanguageModelRequest.CountsPrompts), e.What);
    }

    [Fact]
    public void The_frozen_lower_layers_outputs_are_found_once_and_change_nothing()
    {
        TuningOptions options = _tiny.Options with
        {
            Selection = KappaSelection.LowestFraction(1) with { Include = ["model.layers.2.*"] },
        };
        (_, SortedDictionary<string, float[]> kept) = _tiny.Tune(_tiny.Task(options));
        (_, SortedDictionary<string, float[]> anew) = _tiny.Tune(_tiny.Task(options) with { CacheBytes = 0 });
        TinyTask.AssertSame(anew, kept, 1e-5f);
        Assert.False(TinyTask.AreSame(_tiny.Untuned(), kept));
        var lines = new List<string>();
        _tiny.Tune(_tiny.Task(options) with { Log = lines.Add });
        Assert.Contains(lines, line => line.StartsWith("The output of the 2 layers below the first that trains is kept for 48 of 48 rows"));
    }

    [Fact]
    public void Texts_without_anything_that_counts_are_left_out_and_said()
    {
        _tiny.Train = [.. _tiny.Train, LanguageModelExample.OfCompletion("the film", ""), LanguageModelExample.OfText("film")];
        var warnings = new List<string>();
        LanguageModelRequest request = _tiny.Task(_tiny.Options with { MaxEpochs = 1 }) with { AppendsEnd = false, Warn = warnings.Add };
        (TuningReport report, _) = _tiny.Tune(request);
        Assert.Equal((49, 1, 48 * 3 + 1), (report.TrainingRows, report.SkippedRows, report.CountedTokens));
        string warning = Assert.Single(warnings, warning => warning.StartsWith("1 of 50 training texts have no token"));
        Assert.Contains(warning, report.Warnings);

        _tiny.Train = [LanguageModelExample.OfCompletion("the film", "")];
        var e = Assert.Throws<ArgumentException>(() => _tiny.Tune(request with { Train = _tiny.Train }));
        Assert.StartsWith("None of the 1 training texts has a token that the loss counts", e.Message);
        Assert.Equal(nameof(LanguageModelRequest.Train), e.ParamName);
    }

    /// <summary>Ten texts are left, so that the second of an epoch's two steps has four of them, in batches of three and of one.</summary>
    [Fact]
    public void The_rate_goes_by_the_steps_that_are_done_and_the_last_of_an_epoch_is_one()
    {
        LanguageModelExample nothing = LanguageModelExample.OfCompletion("the film", "");
        TuningOptions options = _tiny.Options with { MaxEpochs = 2, BatchSize = 6, WarmupRatio = 0 };
        LanguageModelRequest request = _tiny.Task(options, validates: false) with
        {
            Train = [nothing, .. _tiny.Train.Take(7), nothing, nothing, .. _tiny.Train.Skip(7).Take(3), nothing],
            AppendsEnd = false,
        };
        (TuningReport whole, _) = _tiny.Tune(request);
        (TuningReport parts, _) =
            _tiny.Tune(request with { Options = options with { BatchSize = 3, GradientAccumulation = 2 } });
        Assert.Equal((10, 4, 30L), (whole.TrainingRows, whole.SkippedRows, whole.CountedTokens!.Value));
        Assert.Equal([2e-2, 1.5e-2, 1e-2, 0.5e-2], whole.Losses.Select(step => Math.Round(step.LearningRate, 9)));
        Assert.Equal(whole.Losses.Select(step => step.LearningRate), parts.Losses.Select(step => step.LearningRate));
        Assert.All(whole.Losses.Zip(parts.Losses), pair => Assert.Equal(pair.First.Loss, pair.Second.Loss, 1e-3));
    }

    [Fact]
    public void What_a_language_model_has_no_use_for_is_refused()
    {
        var e = Assert.Throws<ArgumentException>(() => _tiny.Tune(_tiny.Options with { HeadEpochs = 1 }));
        Assert.Equal(nameof(TuningOptions.HeadEpochs), e.ParamName);
        e = Assert.Throws<ArgumentException>(() => _tiny.Tune(_tiny.Task() with { RouterBalance = 0.01 }));
        Assert.Equal(nameof(LanguageModelRequest.RouterBalance), e.ParamName);
        e = Assert.Throws<ArgumentException>(() => _tiny.Tune(_tiny.Task() with { Train = [] }));
        Assert.Equal(nameof(LanguageModelRequest.Train), e.ParamName);
        using var endless = new TinyLanguageTask(TinyDecoder.Config with { EndTokenIds = [] });
        e = Assert.Throws<ArgumentException>(() => endless.Tune());
        Assert.Equal(nameof(LanguageModelRequest.AppendsEnd), e.ParamName);
        endless.Tune(endless.Task() with { AppendsEnd = false });
    }

    [Fact]
    public void A_share_of_the_texts_is_taken_to_validate_on()
    {
        (TuningReport report, _) = _tiny.Tune(
            _tiny.Task(_tiny.Options with { MaxEpochs = 1, ValidationFraction = 0.25 }, validates: false));
        Assert.Equal((36, 12), (report.TrainingRows, report.ValidationRows));
        Assert.NotNull(report.Epochs[0].Validation);
    }

    [Fact]
    public void What_was_kept_is_measured_by_the_next_token()
    {
        (TuningReport report, _) = _tiny.Tune(_tiny.Options with { RetentionText = _tiny.Text, MaxEpochs = 1 });
        RetentionReport kept = report.Retention!;
        Assert.Equal(RetentionObjective.NextToken, kept.Objective);
        Assert.NotEqual(0, kept.Loss!.Difference.Value);
        Assert.NotNull(kept.TaskDivergence);
        string text = report.ToString();
        Assert.Contains("Perplexity", text);
        Assert.Contains("48 training, 20 validation", text);
        Assert.DoesNotContain("head", text);
        Assert.All(text.Split('\n'), line => Assert.InRange(line.Length, 0, 80));
        using var stream = new MemoryStream();
        TuningJson.Write(report, stream);
        stream.Position = 0;
        Assert.Equal(text, TuningJson.Read(stream, "what was written").ToString());
    }
}
