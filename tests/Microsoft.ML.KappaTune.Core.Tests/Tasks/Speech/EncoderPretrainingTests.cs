using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Fusion;
using Microsoft.ML.KappaTune.Tasks.Speech;
using Microsoft.ML.KappaTune.Tests.Fusion;
using Microsoft.ML.KappaTune.Tests.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Tasks.Speech;

[Collection(nameof(ProcessSettings))]
public sealed class EncoderPretrainingTests : IDisposable
{
    private readonly TinySpeechTask _tiny = new();

    public void Dispose() => _tiny.Dispose();

    private EncoderRequest Request => new()
    {
        Fusion = TinySpeechTask.Fusion,
        Train = Initials(_tiny.Train),
        Validation = Initials(_tiny.Validation),
        Epochs = 20,
        BatchSize = 8,
        LearningRate = 1e-2,
        Output = _tiny.File("encoder.safetensors"),
        Device = "cpu",
        Threads = 1,
    };

    /// <summary>The same rows, whose words are their first letters.</summary>
    private static SpeechExample[] Initials(IEnumerable<SpeechExample> rows) =>
        [.. rows.Select(row => row with { Transcript = row.Transcript[..1] })];

    [Fact]
    public void The_loss_is_that_of_all_ways_to_say_a_text()
    {
        // Three states of "a", "b" or nothing: "ab" is said in five ways, and "aa" in one.
        var alphabet = new CtcAlphabet(["ab", "b"]);
        FusionConfig config = SmallFusion.Config(SmallFusion.Options with { Convolutions = 1 });
        SpeechExample[] examples = [.. ((string[])["ab", "aa", "", "b"]).Select(text => new SpeechExample(SmallFusion.Frames(5), text))];
        var rows = new CtcRows(examples, alphabet, config);
        Assert.Equal((4, 0), (rows.Count, rows.Dropped));
        using var scope = NewDisposeScope();
        Tensor logs = randn([4, 3, 3], generator: new Generator(5)).log_softmax(-1);
        for (int row = 0; row < 4; row++)
        {
            double expected = 0;
            for (int way = 0; way < 27; way++)
            {
                int[] classes = [way / 9, way / 3 % 3, way % 3];
                if (alphabet.Decode(classes) == examples[row].Transcript)
                    expected += Math.Exp(classes.Select((number, state) => logs[row][state][number].item<float>()).Sum());
            }

            Assert.Equal(-Math.Log(expected), rows.Loss(logs.narrow(0, row, 1), [row], config).item<float>(), 1e-5);
        }

        // Of several rows, the sum, whatever their lengths.
        double sum = Enumerable.Range(0, 4).Sum(row => (double)rows.Loss(logs.narrow(0, row, 1), [row], config).item<float>());
        Assert.Equal(sum, rows.Loss(logs, [0, 1, 2, 3], config).item<float>(), 1e-4);
    }

    [Fact]
    public void An_alphabet_has_the_texts_characters_and_reads_states()
    {
        var alphabet = new CtcAlphabet(["one", "no 😀"]);
        Assert.Equal(5, alphabet.Count);
        int[] numbers = alphabet.Encode("no one 😀")!;
        Assert.DoesNotContain(CtcAlphabet.Blank, numbers);
        Assert.Equal("no one 😀", alphabet.Decode(numbers));
        Assert.Null(alphabet.Encode("on x"));
        int n = alphabet.Encode("n")![0], o = alphabet.Encode("o")![0];
        Assert.Equal("noon", alphabet.Decode([0, n, n, 0, 0, o, 0, o, o, n, 0]));
        Assert.Equal((5, 2, 0), (CtcAlphabet.StatesFor([n, o, o, n]), CtcAlphabet.StatesFor([n, o]), CtcAlphabet.StatesFor([])));
    }

    [Fact]
    public void It_learns_what_is_said_and_a_run_begins_with_its_weights()
    {
        var lines = new List<string>();
        EncoderReport report = EncoderPretraining.Run(Request with { Log = lines.Add });
        Assert.Equal((48, 0, 20 * 6, 21), (report.Rows, report.Dropped, report.Losses.Count, report.Measured.Count));
        Assert.True(
            report.Measured[^1].Loss < 0.2 * report.Measured[0].Loss, $"it learnt little: {report.Measured[0]} to {report.Measured[^1]}");
        Assert.Equal(Request.Validation![0].Transcript, report.Measured[^1].Heard);
        (ErrorRate first, ErrorRate last) = (report.Measured[0].Errors.Words, report.Measured[^1].Errors.Words);
        Assert.Equal(Request.Validation.Sum(row => row.Transcript.Split(' ').Length), last.Length);
        Assert.True(last.Value < 0.2 * first.Value, $"word errors {first} to {last}");
        Assert.Equal(21, lines.Count);
        Assert.EndsWith($"heard \"{report.Measured[^1].Heard}\"", lines[^1], StringComparison.Ordinal);

        SortedDictionary<string, float[]>? begun = null;
        SpeechTuner.Tune(_tiny.Task(_tiny.Options with { MaxEpochs = 1 }) with
        {
            Encoder = Request.Output,
            EpochEnded = moment => begun ??= TinyTask.Weights(moment.Model),
        }).Model.Dispose();
        using SafetensorsFile file = SafetensorsFile.Open(Request.Output);
        Assert.Equal(begun!.Keys.Where(FusionParts.IsOfEncoder), file.Tensors.Select(tensor => tensor.Name).Order(StringComparer.Ordinal));
        foreach (TensorView view in file.Tensors)
        {
            float[] values = new float[view.ElementCount];
            view.Read(0, values);
            Assert.Equal(values, begun[view.Name]);
        }
    }

    [Fact]
    public void Progress_tells_every_step_and_the_time_that_is_left()
    {
        var seen = new List<TuningProgress>();
        EncoderReport report = EncoderPretraining.Run(Request with { Epochs = 2, Progress = seen.Add });
        Assert.Equal(report.Losses, seen.Select(told => new StepLoss(told.Step, told.Loss, told.LearningRate)));
        Assert.Equal([.. Enumerable.Repeat(1, 6), .. Enumerable.Repeat(2, 6)], seen.Select(told => told.Epoch));
        Assert.All(seen, told => Assert.Equal(
            (TuningPhase.EncoderAlone, 12, 2, false), (told.Phase, told.TotalSteps, told.TotalEpochs, told.Remaining is null)));
        Assert.Equal(TimeSpan.Zero, seen[^1].Remaining);
        Assert.Equal(seen.Select(told => told.Elapsed).Order(), seen.Select(told => told.Elapsed));
    }

    [Fact]
    public void Interrupted_and_resumed_is_bit_for_bit_uninterrupted()
    {
        EncoderRequest request = Request with { Epochs = 3 };
        EncoderReport whole = EncoderPretraining.Run(request);
        byte[] weights = File.ReadAllBytes(request.Output);
        using var cancelled = new CancellationTokenSource();
        EncoderRequest kept = request with { CheckpointDirectory = _tiny.File("states") };
        Assert.Throws<OperationCanceledException>(() => EncoderPretraining.Run(kept with
        {
            CancellationToken = cancelled.Token,
            Log = line =>
            {
                if (line.StartsWith("The encoder alone: epoch 1 of 3", StringComparison.Ordinal))
                    cancelled.Cancel();
            },
        }));
        File.Delete(request.Output);
        EncoderReport resumed = EncoderPretraining.Run(kept with { Resume = true });
        Assert.Equal(whole.Losses, resumed.Losses);
        Assert.Equal(whole.Measured, resumed.Measured);
        Assert.Equal(weights, File.ReadAllBytes(request.Output));
        var e = Assert.Throws<TrainingStateMismatchException>(
            () => EncoderPretraining.Run(kept with { Resume = true, LearningRate = 2e-2 }));
        Assert.Equal(nameof(request.LearningRate), e.What);
    }

    [Fact]
    public void Rows_with_more_characters_than_states_are_left_out_and_said()
    {
        var warnings = new List<string>();
        EncoderRequest request = Request with { Epochs = 1, Validation = null, Warn = warnings.Add };
        SpeechExample few = new(new(new float[4 * 6], TinySpeechTask.FrameSize), "good"), none = new(new([], 4), "");
        EncoderReport report = EncoderPretraining.Run(request with { Train = [.. request.Train, few, none] });
        Assert.Equal((48, 2), (report.Rows, report.Dropped));
        Assert.StartsWith("2 of 50 training rows have no frames,", Assert.Single(warnings), StringComparison.Ordinal);
        var e = Assert.Throws<ArgumentException>(() => EncoderPretraining.Run(request with { Train = [few] }));
        Assert.Contains("fewer Convolutions give more states", e.Message);
        e = Assert.Throws<ArgumentException>(() => EncoderPretraining.Run(request with { Train = [], BatchSize = 0, Resume = true }));
        foreach (string part in (string[])["Train is empty", "BatchSize is 0", "Resume is True"])
            Assert.Contains(part, e.Message);
    }
}
