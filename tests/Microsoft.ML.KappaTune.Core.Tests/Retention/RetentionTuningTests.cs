using Microsoft.ML.KappaTune.Retention;
using Microsoft.ML.KappaTune.Tasks.Classification;
using Microsoft.ML.KappaTune.Tests.Training;

namespace Microsoft.ML.KappaTune.Tests.Retention;

/// <summary>Retention as a part of a run.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class RetentionTuningTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TinyTask _tiny = new() { Train = TinyTask.Rows(40, seed: 1) };
    private readonly string _text;

    public RetentionTuningTests() =>
        _text = _folder.Write("control.txt", string.Join('\n', TinyTask.Rows(40, seed: 9).Select(row => row.Text)));

    public void Dispose()
    {
        _tiny.Dispose();
        _folder.Dispose();
    }

    public static TheoryData<TuningMethod> Methods => [TuningMethod.Direct, TuningMethod.Lora(rank: 2)];

    [Theory, MemberData(nameof(Methods))]
    public void A_run_measures_what_its_model_kept(TuningMethod method)
    {
        TuningOptions options = _tiny.Options with { MaxEpochs = 1, Method = method };
        var seen = new List<TuningProgress>();
        TunedClassifier plain = _tiny.Tune(options), measured = _tiny.Tune(options with { RetentionText = _text, Progress = seen.Add });
        RetentionReport kept = measured.Report.Retention!;
        Assert.Equal(_text, kept.Text);
        Assert.True(kept.Loss!.Before != kept.Loss.After, "the tuned model is the base");
        Assert.Contains(kept.Drift, drift => drift.CosineDistance.Value > 0);
        Assert.Equal(TinyTask.Layers + 1, kept.Drift.Count);
        Assert.Contains("Control text", measured.Report.ToString());
        TuningProgress[] steps = [.. seen.SkipWhile(progress => progress.Phase != TuningPhase.Retention)];
        Assert.All(steps, step => Assert.Equal((TuningPhase.Retention, kept.Windows, 0), (step.Phase, step.TotalSteps, step.Epoch)));
        Assert.Equal(kept.Windows, steps[^1].Step);
        Assert.Null(plain.Report.Retention);
        // Measuring changes nothing.
        TinyTask.AssertSame(TinyTask.WeightsOf(plain), TinyTask.WeightsOf(measured));
    }

    [Fact]
    public void Layers_below_the_first_that_trains_don_t_move()
    {
        TunedClassifier tuned = _tiny.Tune(_tiny.Options with
        {
            MaxEpochs = 1,
            RetentionText = _text,
            Selection = KappaSelection.Lowest(1) with { Include = ["*.layer.1.*"] },
        });
        IReadOnlyList<RetentionDrift> drift = tuned.Report.Retention!.Drift;
        Assert.All(drift.Take(2), layer => Assert.Equal((0, 1), (layer.CosineDistance.Value, layer.LinearCka)));
        Assert.True(drift[2].CosineDistance.High > 0);
        TinyTask.WeightsOf(tuned);
    }

    [Fact]
    public void Texts_in_memory_are_measured_on_as_a_file_of_them_is()
    {
        TuningOptions options = _tiny.Options with { MaxEpochs = 1 };
        var texts = ControlSource.FromTexts("Column 'Sentence1'", TinyTask.Rows(40, seed: 9).Select(row => row.Text));
        string file = _folder.Write("same.txt", string.Join("\n\n", TinyTask.Rows(40, seed: 9).Select(row => row.Text)));
        TunedClassifier byRows = TextClassificationTuner.Tune(_tiny.Task(options) with { ControlTexts = texts });
        TunedClassifier byFile = _tiny.Tune(options with { RetentionText = file });
        TinyTask.AssertSame(TinyTask.WeightsOf(byRows), TinyTask.WeightsOf(byFile));
        (RetentionReport ofRows, RetentionReport ofFile) = (byRows.Report.Retention!, byFile.Report.Retention!);
        Assert.Equal("Column 'Sentence1'", ofRows.Text);
        Assert.Equal(ofFile with { Text = ofRows.Text, Drift = ofRows.Drift }, ofRows);
        Assert.Equal(ofFile.Drift, ofRows.Drift);
        var both = Assert.Throws<ArgumentException>(
            () => TextClassificationTuner.Tune(_tiny.Task(options with { RetentionText = file }) with { ControlTexts = texts }));
        Assert.Contains("null where the control text is given as rows", both.Message);
    }

    [Fact]
    public void A_text_that_can_control_little_is_a_warning()
    {
        string[] labels = ["good", "bad"];
        string ownRows = _folder.Write("rows.tsv", string.Join('\n', _tiny.Train.Select(row => $"{labels[row.Label]}\t{row.Text}")));
        List<string> warned = [];
        TunedClassifier tuned = TextClassificationTuner.Tune(
            _tiny.Task(_tiny.Options with { MaxEpochs = 1, RetentionText = ownRows }) with { Warn = warned.Add });
        Assert.StartsWith($"{ownRows} is of the task", Assert.Single(warned));
        Assert.Equal(warned, tuned.Report.Warnings);
        Assert.Contains("Warning", tuned.Report.ToString());
        TinyTask.WeightsOf(tuned);
        TunedClassifier other = _tiny.Tune(_tiny.Options with { MaxEpochs = 1, RetentionText = _text });
        Assert.Empty(other.Report.Warnings);
        TinyTask.WeightsOf(other);
    }

    [Fact]
    public void A_text_that_isn_t_there_is_refused_before_anything_is_done()
    {
        string missing = _folder.File("missing.txt");
        var error = Assert.Throws<ArgumentException>(
            () => _tiny.Tune(_tiny.Options with { RetentionText = missing, Progress = _ => Assert.Fail("it began") }));
        Assert.Contains("RetentionText", error.Message);
        Assert.Contains(missing, error.Message);
        string empty = _folder.Write("empty.txt", "");
        var refused = Assert.Throws<FormatException>(
            () => _tiny.Tune(_tiny.Options with { RetentionText = empty, Progress = _ => Assert.Fail("it began") }));
        Assert.StartsWith(empty, refused.Message);
    }

    [Fact]
    public void A_cancelled_run_isn_t_kept_waiting()
    {
        using var source = new CancellationTokenSource();
        TunedClassifier tuned = _tiny.Tune(_tiny.Options with
        {
            RetentionText = _text,
            CancellationToken = source.Token,
            Progress = progress =>
            {
                if (progress.Phase == TuningPhase.Training && progress.Epoch == 2)
                    source.Cancel();
            },
        });
        Assert.Equal(TuningStop.Cancelled, tuned.Report.Stop);
        Assert.Null(tuned.Report.Retention);
        TinyTask.WeightsOf(tuned);
    }
}
