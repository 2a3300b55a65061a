using Microsoft.ML.KappaTune.Options;

namespace Microsoft.ML.KappaTune.Speech;

/// <summary>How recordings become frames. The properties, in snake case, are the fields of <see cref="SoundFile"/>.</summary>
/// <param name="Input">What a recording is.</param>
/// <param name="Sound">How sound becomes frames; null where frames are given.</param>
/// <param name="SampleRate">Samples a second where samples are given; null where they aren't.</param>
/// <param name="FrameSize">Values of a frame.</param>
internal sealed record SoundSettings(SpeechInput Input, LogMelOptions? Sound, int? SampleRate, int FrameSize)
{
    /// <param name="options">Checked options.</param>
    public static SoundSettings Of(KappaTuneSpeechEstimator.Options options)
    {
        if (options.Input == SpeechInput.Frames)
            return new(options.Input, null, null, options.FrameSize!.Value);
        LogMelOptions sound = options.Sound ?? new();
        int? rate = options.Input == SpeechInput.Samples ? options.SampleRate ?? sound.SampleRate : null;
        return new(options.Input, sound, rate, sound.Bands);
    }

    /// <summary>Whether frames of others have the same meaning; how long sound may be, and where it is from, makes no difference.</summary>
    public bool MakesFramesOf(SoundSettings other) => FrameSize == other.FrameSize
        && Sound == (Sound is { } sound && other.Sound is { } its ? its with { MaximumSeconds = sound.MaximumSeconds } : other.Sound);

    /// <exception cref="ArgumentException">They don't fit together, which none do that options give.</exception>
    public void Check()
    {
        var problems = new OptionProblems();
        problems.Require(Enum.IsDefined(Input), nameof(Input), Input, "Path, Samples or Frames");
        problems.Require(Sound is null == (Input == SpeechInput.Frames), nameof(Sound), Sound, "null with frames, and only then");
        problems.Require(SampleRate is not null == (Input == SpeechInput.Samples), nameof(SampleRate), SampleRate, "one with samples");
        problems.Require(SampleRate is null or > 0, nameof(SampleRate), SampleRate, "above 0");
        problems.Require(FrameSize > 0 && FrameSize == (Sound?.Bands ?? FrameSize), nameof(FrameSize), FrameSize, "as many as bands");
        Sound?.Check(problems.Within(nameof(Sound)));
        problems.Throw();
    }
}
