namespace Microsoft.ML.KappaTune.Speech;

/// <summary>How recordings become frames.</summary>
/// <param name="Input">What a recording is.</param>
/// <param name="Sound">How sound becomes frames; null where frames are given.</param>
/// <param name="SampleRate">Samples a second where samples are given; 0 where they aren't.</param>
/// <param name="FrameSize">Values of a frame.</param>
internal sealed record SoundSettings(SpeechInput Input, LogMelOptions? Sound, int SampleRate, int FrameSize)
{
    /// <param name="options">Checked options.</param>
    public static SoundSettings Of(KappaTuneSpeechEstimator.Options options)
    {
        if (options.Input == SpeechInput.Frames)
            return new(options.Input, null, 0, options.FrameSize!.Value);
        LogMelOptions sound = options.Sound ?? new();
        int rate = options.Input == SpeechInput.Samples ? options.SampleRate ?? sound.SampleRate : 0;
        return new(options.Input, sound, rate, sound.Bands);
    }
}
