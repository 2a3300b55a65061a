using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.ML.KappaTune.Audio;
using Microsoft.ML.KappaTune.Options;

namespace Microsoft.ML.KappaTune;

/// <summary>
/// How sound becomes frames of numbers: the logarithm of its power in bands of pitch, by short-time Fourier transforms under a Hann window.
/// The defaults are those of Whisper, but for the normalization and the padding to 30 seconds.
/// </summary>
[TypeConverter(typeof(ObjectConverter))]
[WrittenAs("""{ "SampleRate": 8000, "Bands": 40 }; leave it out for the defaults""")]
public sealed record LogMelOptions
{
    /// <summary>Samples a second; sound of another rate is resampled, from 1000 to 192000. Default: 16000.</summary>
    [Range(1000, 192_000), Description("Samples a second; sound of another rate is resampled.")]
    public int SampleRate { get; init; } = 16_000;

    /// <summary>Milliseconds of sound in a frame, from 1 to 1000. Default: 25.</summary>
    [Range(1.0, 1000.0), Description("Milliseconds of sound in a frame.")]
    public double WindowMilliseconds { get; init; } = 25;

    /// <summary>Milliseconds from one frame to the next, at most those of a frame, from 1 to 1000. Default: 10.</summary>
    [Range(1.0, 1000.0), Description("Milliseconds from one frame to the next.")]
    public double HopMilliseconds { get; init; } = 10;

    /// <summary>
    /// Samples of a Fourier transform, those of a frame with silence around them, and null for as many as a frame has, from 16 to 16384.
    /// Default: null.
    /// </summary>
    [Range(16, 16_384), Description("Samples of a Fourier transform; by default those of a frame.")]
    public int? TransformLength { get; init; }

    /// <summary>Bands of pitch, numbers a frame, from 1 to 512. Default: 80.</summary>
    [Range(1, 512), Description("Bands of pitch, numbers a frame.")]
    public int Bands { get; init; } = 80;

    /// <summary>Where the lowest band begins, in Hz, from 0 to 96000. Default: 0.</summary>
    [Range(0.0, 96_000.0), Description("Where the lowest band begins, in Hz.")]
    public double LowestFrequency { get; init; }

    /// <summary>
    /// Where the highest band ends, in Hz, at most half of <see cref="SampleRate"/>, and null for that, above 0, at most 96000.
    /// Default: null.
    /// </summary>
    [Range(0.0, 96_000.0, MinimumIsExclusive = true), Description("Where the highest band ends, in Hz; by default at half of the rate.")]
    public double? HighestFrequency { get; init; }

    /// <summary>How frequencies become pitch. Default: <see cref="MelScale.Slaney"/>.</summary>
    [Description("How frequencies become pitch.")]
    public MelScale Scale { get; init; }

    /// <summary>
    /// Whether all bands weigh the same, as Slaney's do: wide ones are as much lower as they are wider; otherwise each is 1 at its middle.
    /// Default: true.
    /// </summary>
    [Description("Whether all bands weigh the same; otherwise each is 1 at its middle.")]
    public bool EqualArea { get; init; } = true;

    /// <summary>What becomes of an utterance's logarithms. Default: <see cref="LogMelNormalization.Utterance"/>.</summary>
    [Description("What becomes of an utterance's logarithms.")]
    public LogMelNormalization Normalization { get; init; }

    /// <summary>
    /// Seconds that shorter sound is made to last, by silence behind it, and null for none, above 0, at most 3600. Default: null.
    /// </summary>
    [Range(0.0, 3600.0, MinimumIsExclusive = true), Description("Seconds that shorter sound is made to last, by silence behind it.")]
    public double? PadToSeconds { get; init; }

    /// <summary>
    /// The longest sound that is taken, in seconds, above 0, at most 3600. Longer sound is an error, and memory is bounded by this.
    /// Default: 60.
    /// </summary>
    [Range(0.0, 3600.0, MinimumIsExclusive = true), NoEffectOnResult, Description("The longest sound that is taken, in seconds.")]
    public double MaximumSeconds { get; init; } = 60;

    /// <summary>Samples of a frame.</summary>
    internal int WindowLength => SamplesOf(WindowMilliseconds);

    /// <summary>Samples from one frame to the next.</summary>
    internal int HopLength => SamplesOf(HopMilliseconds);

    /// <summary>Samples of a Fourier transform.</summary>
    internal int Transform => TransformLength ?? WindowLength;

    /// <summary>Where the highest band ends.</summary>
    internal double Highest => HighestFrequency ?? SampleRate / 2.0;

    /// <summary>How long sound becomes: at least one transform, so that every utterance has a frame.</summary>
    internal int PaddedLength(int samples) =>
        Math.Max(samples, Math.Max(Transform, (int)Math.Ceiling((PadToSeconds ?? 0) * SampleRate)));

    /// <summary>Frames of so many samples: the one place that says it.</summary>
    internal int FrameCount(int samples) => PaddedLength(samples) / HopLength;

    /// <exception cref="ArgumentException">An option isn't allowed; the message names all that aren't.</exception>
    internal void Check()
    {
        var problems = new OptionProblems();
        Check(problems);
        problems.Throw();
    }

    /// <summary>Adds what isn't allowed.</summary>
    internal void Check(OptionProblems problems)
    {
        problems.Check(this);
        problems.Require(
            HopMilliseconds <= WindowMilliseconds, nameof(HopMilliseconds), HopMilliseconds, $"at most {nameof(WindowMilliseconds)}");
        problems.Require(
            Transform >= WindowLength, nameof(TransformLength), TransformLength, $"at least the {WindowLength} samples of a frame");
        problems.Require(
            Highest <= SampleRate / 2.0, nameof(HighestFrequency), HighestFrequency, $"at most half of {nameof(SampleRate)}");
        problems.Require(LowestFrequency < Highest, nameof(LowestFrequency), LowestFrequency, "below where the highest band ends");
        if (problems.AreNone && MelFilters.FirstEmpty(this) is { } band)
        {
            problems.Add(nameof(Bands), FormattableString.Invariant(
                $"{nameof(Bands)} is {Bands}: no frequency of a transform of {Transform} samples is in band {band + 1}; ")
                + $"allowed are fewer bands, or a longer {nameof(TransformLength)}.");
        }
    }

    private int SamplesOf(double milliseconds) => (int)Math.Round(milliseconds * SampleRate / 1000);
}
