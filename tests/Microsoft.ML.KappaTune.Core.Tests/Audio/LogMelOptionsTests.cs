using Microsoft.ML.KappaTune.Audio;
using Microsoft.ML.KappaTune.Options;

namespace Microsoft.ML.KappaTune.Tests.Audio;

public class LogMelOptionsTests
{
    private static readonly Dictionary<string, (LogMelOptions Options, string Name)> Wrong = new()
    {
        ["a rate of nothing"] = (new() { SampleRate = 0 }, "SampleRate"),
        ["a rate too high"] = (new() { SampleRate = 192_001 }, "SampleRate"),
        ["no window"] = (new() { WindowMilliseconds = 0 }, "WindowMilliseconds"),
        ["a window that is no number"] = (new() { WindowMilliseconds = double.NaN }, "WindowMilliseconds"),
        ["no hop"] = (new() { HopMilliseconds = 0.5 }, "HopMilliseconds"),
        ["a hop over the window"] = (new() { HopMilliseconds = 26 }, "HopMilliseconds"),
        ["a transform of less than a window"] = (new() { TransformLength = 399 }, "TransformLength"),
        ["a long transform"] = (new() { TransformLength = 16_385 }, "TransformLength"),
        ["no bands"] = (new() { Bands = 0 }, "Bands"),
        ["more bands than frequencies"] = (new() { Bands = 300 }, "Bands"),
        ["a negative frequency"] = (new() { LowestFrequency = -1 }, "LowestFrequency"),
        ["frequencies the wrong way round"] = (new() { LowestFrequency = 4000, HighestFrequency = 300 }, "LowestFrequency"),
        ["no frequencies"] = (new() { LowestFrequency = 8000 }, "LowestFrequency"),
        ["a frequency that the rate can't have"] = (new() { HighestFrequency = 8001 }, "HighestFrequency"),
        ["a scale that there isn't"] = (new() { Scale = (MelScale)2 }, "Scale"),
        ["a normalization that there isn't"] = (new() { Normalization = (LogMelNormalization)3 }, "Normalization"),
        ["padding to nothing"] = (new() { PadToSeconds = 0 }, "PadToSeconds"),
        ["sound of no length"] = (new() { MaximumSeconds = 0 }, "MaximumSeconds"),
        ["sound without end"] = (new() { MaximumSeconds = double.PositiveInfinity }, "MaximumSeconds"),
    };

    public static TheoryData<string> Names => [.. Wrong.Keys];

    [Theory, MemberData(nameof(Names))]
    public void A_wrong_option_is_refused_by_name(string name)
    {
        (LogMelOptions options, string property) = Wrong[name];
        ArgumentException error = Assert.Throws<ArgumentException>(() => new LogMelSpectrogram(options));
        Assert.Equal(property, error.ParamName);
        Assert.StartsWith($"{property} is ", error.Message, StringComparison.Ordinal);
        Assert.Contains("allowed ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_option_with_a_range_is_among_them() => Assert.Equal(
        OptionInfo.AllOf(typeof(LogMelOptions)).Select(option => option.Name).Except([nameof(LogMelOptions.EqualArea)]).Order(),
        Wrong.Values.Select(wrong => wrong.Name).Distinct().Order());

    [Fact]
    public void All_that_is_wrong_is_told_at_once()
    {
        var problems = new OptionProblems();
        new LogMelOptions { SampleRate = 1, Bands = 0 }.Check(problems.Within("Features"));
        ArgumentException error = Assert.Throws<ArgumentException>(problems.Throw);
        Assert.Equal("Features.SampleRate", error.ParamName);
        Assert.Contains("Features.SampleRate is 1; allowed is from 1000 to 192000.", error.Message, StringComparison.Ordinal);
        Assert.Contains("Features.Bands is 0; allowed is from 1 to 512.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_defaults_are_Whisper_s_frames_normalized_by_utterance()
    {
        var defaults = new LogMelOptions();
        Assert.Equal(
            new LogMelOptions
            {
                SampleRate = 16_000,
                WindowMilliseconds = 25,
                HopMilliseconds = 10,
                TransformLength = null,
                Bands = 80,
                LowestFrequency = 0,
                HighestFrequency = null,
                Scale = MelScale.Slaney,
                EqualArea = true,
                Normalization = LogMelNormalization.Utterance,
                PadToSeconds = null,
                MaximumSeconds = 60,
            },
            defaults);
        Assert.Equal((400, 160, 400), (defaults.WindowLength, defaults.HopLength, defaults.Transform));
        Assert.Equal(3000, (defaults with { PadToSeconds = 30 }).FrameCount(1));
    }

    /// <summary>Also of a length that isn't a whole number of samples.</summary>
    [Theory]
    [InlineData(8000, 200, 80)]
    [InlineData(22_050, 551, 220)]
    [InlineData(44_100, 1102, 441)]
    public void Lengths_follow_the_rate(int rate, int window, int hop)
    {
        var options = new LogMelOptions { SampleRate = rate };
        Assert.Equal((window, hop), (options.WindowLength, options.HopLength));
        options.Check();
    }
}
