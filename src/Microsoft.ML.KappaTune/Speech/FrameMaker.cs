using Microsoft.ML.KappaTune.Audio;
using Microsoft.ML.KappaTune.Fusion;
using Microsoft.ML.KappaTune.IO;

namespace Microsoft.ML.KappaTune.Speech;

/// <summary>The frames of a recording, or what is wrong with it.</summary>
internal readonly record struct MadeFrames(Frames? Frames, FormatException? Fault)
{
    /// <exception cref="FormatException">Something is wrong with it.</exception>
    public Frames Get() => Fault is null ? Frames! : throw Fault;
}

/// <summary>Makes frames of recordings. Any number of threads may use it at once, until it is disposed.</summary>
internal sealed class FrameMaker(SoundSettings settings) : IDisposable
{
    private readonly LogMelSpectrogram? _spectrogram = settings.Sound is { } sound ? new(sound) : null;

    /// <summary>The rate of the samples that frames are made of.</summary>
    private readonly int _rate = settings.Sound?.SampleRate ?? settings.WaveRate ?? 0;

    private readonly double _longest = (settings.Sound ?? new()).MaximumSeconds;

    /// <summary>
    /// The frames of several recordings, on several threads. What is wrong with one is said with its place, of the first such one.
    /// </summary>
    /// <param name="placeOf">Says where a recording is: <c>row 3 of the training data, column 'Audio'</c>.</param>
    /// <exception cref="FormatException">A recording isn't one.</exception>
    /// <exception cref="AudioFormatException">A file can't be read.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Frames[] MakeAll(IReadOnlyList<Recording> recordings, Func<int, string> placeOf, ParallelOptions parallel) =>
        Array.ConvertAll(MakeEach(recordings, placeOf, parallel), made => made.Get());

    /// <summary>The same, of each its frames or what is wrong with it.</summary>
    /// <inheritdoc cref="MakeAll" path="/param"/>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public MadeFrames[] MakeEach(IReadOnlyList<Recording> recordings, Func<int, string> placeOf, ParallelOptions parallel)
    {
        var made = new MadeFrames[recordings.Count];
        Parallel.For(0, made.Length, parallel, i =>
        {
            try
            {
                made[i] = new(Make(recordings[i]), null);
            }
            catch (AudioFormatException e)
            {
                // It names the file.
                made[i] = new(null, e);
            }
            catch (Exception e) when (e is FormatException or ArgumentException)
            {
                made[i] = new(null, Fault(placeOf(i), PlainText.MessageOf(e), e));
            }
        });
        return made;
    }

    /// <summary>What is wrong with a recording, with its place.</summary>
    public static FormatException Fault(string place, string reason, Exception? cause) =>
        new($"{char.ToUpperInvariant(place[0])}{place[1..]}: {reason}", cause);

    public void Dispose() => _spectrogram?.Dispose();

    private Frames Make(Recording recording)
    {
        if (_rate == 0)
            return new(recording.Values, settings.FrameSize);
        float[] samples = recording.Path is { } path ? ReadFile(path) : Resampled(recording.Values);
        return new(_spectrogram?.Compute(samples) ?? samples, settings.FrameSize);
    }

    private float[] ReadFile(string path) => path.Length > 0
        ? WaveFile.Read(path, _rate, _longest, isLimitFixed: _spectrogram is null)
        : throw new FormatException("There is no path. Name a WAV file, or leave the row out.");

    private float[] Resampled(float[] samples)
    {
        if (SampleConversion.FirstUnusable(samples) is { } wrong)
        {
            throw new FormatException(
                FormattableString.Invariant($"Sample {wrong} is {samples[wrong]}; give finite ones, -1 to 1."));
        }

        // Before memory is taken.
        if (samples.Length > _longest * settings.SampleRate)
        {
            throw new FormatException(
                FormattableString.Invariant($"{samples.Length} samples last longer than {_longest} seconds. ")
                + "Cut the sound into utterances"
                + (_spectrogram is null ? "." : $", or raise {nameof(LogMelOptions.MaximumSeconds)}."));
        }

        return Resampler.Resample(samples, settings.SampleRate!.Value, _rate);
    }
}
