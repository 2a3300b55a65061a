using Microsoft.ML.KappaTune.Fusion;
using Microsoft.ML.KappaTune.Options;

namespace Microsoft.ML.KappaTune.Speech;

/// <summary>How recordings become frames. The properties, in snake case, are the fields of <see cref="SoundFile"/>.</summary>
/// <param name="Input">What a recording is.</param>
/// <param name="Sound">How sound becomes frames; null where frames are given, or are the samples.</param>
/// <param name="SampleRate">Samples a second where samples are given; null where they aren't.</param>
/// <param name="FrameSize">Values of a frame.</param>
/// <param name="WaveRate">Samples a second where each sample is a frame; null where it isn't.</param>
internal sealed record SoundSettings(SpeechInput Input, LogMelOptions? Sound, int? SampleRate, int FrameSize, int? WaveRate = null)
{
    /// <param name="options">Checked options.</param>
    /// <param name="encoder">How an encoder that was read has its frames; null for one that takes any.</param>
    /// <exception cref="ArgumentException">The options say otherwise than the encoder.</exception>
    public static SoundSettings Of(KappaTuneSpeechEstimator.Options options, EncoderSound? encoder = null)
    {
        if (options.Input == SpeechInput.Frames)
            return new(options.Input, null, null, options.FrameSize!.Value);
        int? rate = options.Input != SpeechInput.Samples ? null
            : options.SampleRate ?? encoder?.SampleRate ?? (options.Sound ?? new()).SampleRate;
        if (encoder is { LogMel: null })
        {
            return options.Sound is null ? new(options.Input, null, rate, FrameSize: 1, encoder.SampleRate)
                : throw Contradiction("the encoder takes samples. Set it to null");
        }

        LogMelOptions sound = options.Sound ?? encoder?.LogMel ?? new();
        // How long sound may be, or is made to last, is for the user to say, and where that is all that is said, the rest is the encoder's.
        if (encoder?.LogMel is { } its && sound with { MaximumSeconds = its.MaximumSeconds, PadToSeconds = its.PadToSeconds } != its)
        {
            var defaults = new LogMelOptions();
            if (sound with { MaximumSeconds = defaults.MaximumSeconds, PadToSeconds = defaults.PadToSeconds } != defaults)
                throw Contradiction($"the encoder's frames are made by {its}. Set it to null, or to that");
            sound = its with { MaximumSeconds = sound.MaximumSeconds, PadToSeconds = sound.PadToSeconds ?? its.PadToSeconds };
        }

        return new(options.Input, sound, rate, sound.Bands);

        static ArgumentException Contradiction(string what) =>
            new($"{nameof(options.Sound)} says otherwise than the encoder: {what}.", nameof(options.Sound));
    }

    /// <summary>Whether frames of others have the same meaning; how long sound may be, and where it is from, makes no difference.</summary>
    public bool MakesFramesOf(SoundSettings other) => FrameSize == other.FrameSize && WaveRate == other.WaveRate
        && Sound == (Sound is { } sound && other.Sound is { } its ? its with { MaximumSeconds = sound.MaximumSeconds } : other.Sound);

    /// <exception cref="ArgumentException">They don't fit together, which none do that options give.</exception>
    public void Check()
    {
        var problems = new OptionProblems();
        problems.Require(Enum.IsDefined(Input), nameof(Input), Input, "Path, Samples or Frames");
        problems.Require(
            (Sound is null && WaveRate is null) == (Input == SpeechInput.Frames), nameof(Sound), Sound,
            $"null with frames or a {nameof(WaveRate)}, and only then");
        problems.Require(Sound is null || WaveRate is null, nameof(WaveRate), WaveRate, $"null where {nameof(Sound)} is set");
        problems.Require(WaveRate is null or > 0, nameof(WaveRate), WaveRate, "above 0");
        problems.Require(SampleRate is not null == (Input == SpeechInput.Samples), nameof(SampleRate), SampleRate, "one with samples");
        problems.Require(SampleRate is null or > 0, nameof(SampleRate), SampleRate, "above 0");
        problems.Require(
            FrameSize > 0 && FrameSize == (WaveRate is null ? Sound?.Bands ?? FrameSize : 1), nameof(FrameSize), FrameSize,
            "as many as bands, or 1 for samples");
        Sound?.Check(problems.Within(nameof(Sound)));
        problems.Throw();
    }
}
