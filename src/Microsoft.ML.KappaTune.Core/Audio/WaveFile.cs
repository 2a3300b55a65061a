using System.Globalization;

namespace Microsoft.ML.KappaTune.Audio;

/// <summary>
/// Reads WAV files of PCM (8, 16, 24, 32 bits, or floating point of 32 or 64), of any rate; channels are mixed to one, their mean. Memory
/// is bounded by the longest sound that is taken: four bytes for each of its samples, at the file's rate and at the one that is wanted,
/// and 16 MB at most for the weights between these rates.
/// </summary>
internal static class WaveFile
{
    private const int BufferFrames = 4096;

    /// <summary>The samples, -1 to 1 where the file isn't of floating point, at a rate of <paramref name="sampleRate"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="sampleRate">Samples a second that are wanted.</param>
    /// <param name="maximumSeconds">The longest sound that is taken.</param>
    /// <param name="isLimitFixed">Whether no option changes how long it may be.</param>
    /// <param name="cancellationToken">Ends reading.</param>
    /// <exception cref="AudioFormatException">The file can't be read, has no sound, or too much of it.</exception>
    public static float[] Read(
        string path, int sampleRate, double maximumSeconds, bool isLimitFixed = false, CancellationToken cancellationToken = default)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            var header = WaveHeader.Read(path, stream);
            long frames = FrameCount(path, header, maximumSeconds, isLimitFixed);
            stream.Position = header.DataStart;
            float[] samples = Read(path, stream, header.Format, (int)frames, cancellationToken);
            return Resampler.Resample(samples, header.Format.SampleRate, sampleRate);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException || Directory.Exists(path))
        {
            throw new AudioFormatException(path, "there is no such file", "Check the path.", innerException: e);
        }
        catch (EndOfStreamException e)
        {
            throw new AudioFormatException(path, "it became shorter meanwhile", "Read it when nobody writes it.", innerException: e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new AudioFormatException(
                path, "it can't be read", "Check that it is a file, not a pipe, and that you may read it.", innerException: e);
        }
    }

    private static long FrameCount(string path, WaveHeader header, double maximumSeconds, bool isLimitFixed)
    {
        WaveFormat format = header.Format;
        const string Field = "data size";
        if (header.DataLength == 0)
            throw new AudioFormatException(path, "there are no samples", "Record it again, or leave it out.", Field);
        if (header.DataLength % format.FrameLength != 0)
        {
            throw new AudioFormatException(
                path, $"it is {header.DataLength} bytes, no whole number of the {format.FrameLength} of a sample of all channels",
                WaveHeader.Damaged, Field);
        }

        long frames = header.DataLength / format.FrameLength;
        if (frames <= maximumSeconds * format.SampleRate)
            return frames;
        string seconds = ((double)frames / format.SampleRate).ToString("0.0##", CultureInfo.InvariantCulture);
        throw new AudioFormatException(
            path, FormattableString.Invariant($"the sound lasts {seconds} seconds, and at most {maximumSeconds} are taken"),
            isLimitFixed ? "Cut it into utterances." : $"Cut it into utterances, or raise {nameof(LogMelOptions.MaximumSeconds)}.", Field);
    }

    private static float[] Read(string path, FileStream stream, WaveFormat format, int count, CancellationToken cancellationToken)
    {
        float[] samples = new float[count];
        byte[] bytes = new byte[Math.Min(count, BufferFrames) * format.FrameLength];
        float[] values = new float[Math.Min(count, BufferFrames) * format.Channels];
        for (int first = 0; first < count; first += BufferFrames)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int part = Math.Min(BufferFrames, count - first);
            stream.ReadExactly(bytes, 0, part * format.FrameLength);
            Span<float> read = values.AsSpan(0, part * format.Channels);
            SampleConversion.ToSingle(format.Encoding, bytes, read);
            if (SampleConversion.FirstUnusable(read) is { } wrong)
            {
                throw new AudioFormatException(
                    path, FormattableString.Invariant($"sample {(long)first * format.Channels + wrong} is {read[wrong]}"),
                    $"Write samples between -1 and 1. {WaveHeader.Damaged}", "data");
            }

            SampleConversion.Mix(read, format.Channels, samples.AsSpan(first, part));
        }

        return samples;
    }
}
