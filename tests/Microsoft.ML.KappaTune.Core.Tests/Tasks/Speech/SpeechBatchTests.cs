using Microsoft.ML.KappaTune.Fusion;
using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tasks.Speech;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Tasks.Speech;

/// <summary>Recordings of like length are together, so that little is padding: seen by the order in which they are read.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class SpeechBatchTests : IDisposable
{
    private const int BatchSize = 8;

    private readonly TinySpeechTask _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Fact]
    public void Little_of_a_training_batch_is_padding_and_the_seed_decides_the_order()
    {
        int[] first = Read(seed: 1), again = Read(seed: 1), other = Read(seed: 2);
        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
        Assert.Equal(first.Order(), other.Order());
        // In the order of the rows themselves a third of a batch would be padding.
        Assert.InRange(Padding([.. Rows(96).Select(row => row.Frames.Count)]), 0.25, 1);
        Assert.InRange(Padding(first), 0, 0.15);
        // Batches aren't in the order of their lengths.
        int[] longest = [.. first.Chunk(BatchSize).Select(batch => batch.Max())];
        Assert.NotEqual(longest.Order(), longest);

        int[] Read(int seed)
        {
            var read = new List<int>();
            _tiny.Train = [.. Rows(96).Select(row => row with { Frames = Told(row.Frames, read) })];
            TuningOptions options = _tiny.Options with { MaxEpochs = 1, BatchSize = BatchSize, Seed = seed };
            _tiny.Tune(_tiny.Task(options, validates: false));
            return [.. read];
        }
    }

    [Fact]
    public void Transcripts_are_written_of_recordings_of_like_length_together_and_given_in_the_order_of_the_rows()
    {
        var read = new List<int>();
        SpeechExample[] rows = Rows(40);
        _tiny.Tune(_tiny.Task(_tiny.Options with { MaxEpochs = 8 }), tuned =>
        {
            string[] alone = [.. rows.SelectMany(row => TinySpeechTask.Hear(tuned.Model, tuned.Tokenizer, [row]))];
            Frames[] told = [.. rows.Select(row => Told(row.Frames, read))];
            var transcriber = new Transcriber(
                new SharedModel<CausalLanguageModel>(tuned.Model), tuned.Model.FusionConfig, tuned.Model.Decoder.Config, tuned.Tokenizer,
                [TinyDecoder.End], CPU);
            Transcript[] heard = transcriber.TranscribeAll(
                told, new() { MaxTokens = 4 }, BatchSize, cancellationToken: TestContext.Current.CancellationToken);
            Assert.Equal(alone, heard.Select(transcript => transcript.Text));
            Assert.True(alone.Distinct().Count() > 1, "all are heard alike, so that their order can't be told");
        });
        Assert.Equal(rows.Select(row => row.Frames.Count).Order(), read);
        Assert.InRange(Padding([.. read]), 0, 0.2);
    }

    /// <summary>The share of batches' frames that aren't rows'.</summary>
    private static double Padding(int[] counts)
    {
        int padded = counts.Chunk(BatchSize).Sum(batch => batch.Length * batch.Max());
        return 1 - (double)counts.Sum() / padded;
    }

    /// <summary>Recordings of 10 to 60 frames.</summary>
    private static SpeechExample[] Rows(int count)
    {
        var random = new Random(4);
        return [.. TinySpeechTask.Rows(count, seed: 5).Select(row => row with
        {
            Frames = new([.. Enumerable.Repeat(row.Frames.Values.ToArray(), 6).SelectMany(values => values)
                .Take(random.Next(10, 61) * TinySpeechTask.FrameSize)], TinySpeechTask.FrameSize),
        })];
    }

    /// <summary>The same frames, which tell how many they are whenever they are read.</summary>
    private static Frames Told(Frames frames, List<int> read) => frames.ReadBy(target =>
    {
        read.Add(frames.Count);
        frames.CopyTo(target);
    });
}
