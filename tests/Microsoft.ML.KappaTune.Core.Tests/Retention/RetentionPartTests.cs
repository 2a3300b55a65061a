using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Retention;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.Retention;

/// <summary>The halves of a control text.</summary>
public sealed class RetentionPartTests : IDisposable
{
    private static readonly ControlSource Text = ControlSource.FromTexts("Column 'Text'", ["no matter"]);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory, InlineData(16), InlineData(17), InlineData(400)]
    public void The_halves_are_all_and_share_nothing(int count)
    {
        int[] samples = [.. Enumerable.Range(0, count)];
        IReadOnlyList<int> deciding = RetentionPart.Deciding.Choose(samples, _ => 10, Text);
        IReadOnlyList<int> reported = RetentionPart.Reported.Choose(samples, _ => 10, Text);
        Assert.Empty(deciding.Intersect(reported));
        Assert.Equal(samples, deciding.Concat(reported).Order());
        Assert.Equal(reported.Order(), reported);
    }

    [Theory]
    [InlineData(1000, 100)]
    [InlineData(1500, 150)]
    [InlineData(5000, 200)]
    [InlineData(10, 32)] // so many decide, however few tokens there are for it
    [InlineData(0, 32)]
    public void Of_the_deciding_half_as_many_are_taken_evenly_as_there_are_tokens_for(long tokens, int expected)
    {
        int[] samples = [.. Enumerable.Range(0, 400)];
        IReadOnlyList<int> some = RetentionPart.Deciding.Within(tokens).Choose(samples, _ => 10, Text);
        Assert.Equal(expected, some.Count);
        Assert.Equal(some.Distinct().Order(), some);
        Assert.All(some, sample => Assert.Equal(0, sample % 2));
        // In each tenth of the text as many, but for rounding.
        Assert.All(some.GroupBy(sample => sample / 40), part => Assert.InRange(part.Count(), expected / 10 - 1, expected / 10 + 1));
        Assert.Equal(10, RetentionPart.Deciding.Within(tokens).Choose([.. samples.Take(20)], _ => 10, Text).Count);
    }

    [Fact]
    public void A_text_that_is_too_short_says_so()
    {
        var e = Assert.Throws<FormatException>(() => RetentionPart.Reported.Choose([.. Enumerable.Range(0, 15)], _ => 10, Text));
        Assert.StartsWith("Column 'Text' is too short for a budget: it has 15 samples of 16 that are needed", e.Message);
        Assert.EndsWith("Name a longer text.", e.Message);
        Assert.Throws<FormatException>(() => RetentionPart.Deciding.Choose([.. Enumerable.Range(0, 14)], _ => 10, Text));
    }

    [Theory, InlineData(false), InlineData(true)]
    public void The_halves_of_a_text_have_no_window_and_no_sentence_in_common(bool isSentenceEncoder)
    {
        const int Samples = 50;
        string path = isSentenceEncoder ? SentenceEncoder.Write(_folder) : TinyModel.Write(_folder);
        var random = new Random(7);
        ControlSource text = isSentenceEncoder ? ControlSource.FromTexts("pairs", [SentenceEncoder.Text(Samples)])
            : ControlSource.FromTexts("words", [string.Join(' ', random.GetItems(TinyModel.Vocabulary[5..^2], Samples * 22))]);
        using Checkpoint checkpoint = Checkpoint.Open(path);
        ControlSamples samples = Read(checkpoint, text, 400);
        string[] whole = WindowsOf(null), deciding = WindowsOf(RetentionPart.Deciding),
            reported = WindowsOf(RetentionPart.Reported), watched = WindowsOf(RetentionPart.Deciding.Within(100));
        Assert.Equal((isSentenceEncoder ? 2 : 1) * Samples, whole.Length);
        Assert.Empty(deciding.Intersect(reported));
        Assert.Equal(whole.Order(StringComparer.Ordinal), deciding.Concat(reported).Order(StringComparer.Ordinal));
        Assert.Equal(deciding, watched);

        // As they are before tokens are hidden.
        string[] WindowsOf(RetentionPart? part) => [.. samples.Probe(part).Windows.Select(window => string.Join(
            ' ', window.Ids.Select((id, i) => window.Targets[i] < 0 ? id : window.Targets[i])))];
    }

    /// <summary>Written down once: of so many samples of a half, whichever probes are made of the same reading.</summary>
    [Theory]
    [InlineData(false, 100, "whole", "A2E20F02D7D8533F")]
    [InlineData(false, 200, "reported", "FBE618D45BC0F476")]
    [InlineData(false, 200, "deciding", "A2E20F02D7D8533F")]
    [InlineData(false, 200, "watched", "B731343B0A404109")]
    [InlineData(false, 300, "reported", "20F575599BFD4E61")]
    [InlineData(false, 300, "deciding", "CAA4312D5C273895")]
    [InlineData(true, 100, "whole", "DDE1890A20421379")]
    [InlineData(true, 200, "reported", "EA5CF2C91D4747FB")]
    [InlineData(true, 200, "deciding", "70057A197CD51B0E")]
    [InlineData(true, 200, "watched", "7FEA6456AE2C3E03")]
    [InlineData(true, 300, "reported", "6A1F714661247C25")]
    [InlineData(true, 300, "deciding", "816238B1D0AC2FFE")]
    public void The_samples_of_a_part_and_their_masks_stay_what_they_were(bool isSentenceEncoder, int half, string part, string hash)
    {
        string path = isSentenceEncoder ? SentenceEncoder.Write(_folder) : TinyModel.Write(_folder);
        var random = new Random(7);
        ControlSource text = isSentenceEncoder ? ControlSource.FromTexts("pairs", [SentenceEncoder.Text(900)])
            : ControlSource.FromTexts("words", [string.Join(' ', random.GetItems(TinyModel.Vocabulary[5..], 900 * 22))]);
        using Checkpoint checkpoint = Checkpoint.Open(path);
        ControlSamples samples = Read(checkpoint, text, 2 * half);
        RetentionProbe[] probes = [.. new[] { null, RetentionPart.Reported, RetentionPart.Deciding, RetentionPart.Deciding.Within(2000) }
            .Select(taken => samples.Probe(taken))];
        RetentionProbe probe = probes[Array.IndexOf(["whole", "reported", "deciding", "watched"], part)];
        string batches = string.Join('\n', probe.Batches.Select(batch => string.Join(
            ';', batch.Select(window => $"{string.Join(' ', window.Ids)}, {string.Join(' ', window.Targets)}"))));
        Assert.Equal(hash, Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(batches)))[..16]);
    }

    private static ControlSamples Read(Checkpoint checkpoint, ControlSource text, int most) => ControlSamples.Read(
        checkpoint, EncoderConfig.Read(checkpoint), HuggingFaceTokenizer.Create(TokenizerFiles.Read(checkpoint.Folder, null)), text, most);
}
