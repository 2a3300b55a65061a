using Microsoft.ML.KappaTune.Audio;
using Peer = NAudio.Wave;

namespace Microsoft.ML.KappaTune.Tests.Audio;

public sealed class WaveFileTests : IDisposable
{
    private const int Rate = 16_000;

    // Numbers that every encoding has exactly.
    private static readonly double[] Exact = [-1, -0.5, 0, 0.25, 0.5, 0.75];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(WaveBytes.Pcm, 8)]
    [InlineData(WaveBytes.Pcm, 16)]
    [InlineData(WaveBytes.Pcm, 24)]
    [InlineData(WaveBytes.Pcm, 32)]
    [InlineData(WaveBytes.FloatingPoint, 32)]
    [InlineData(WaveBytes.FloatingPoint, 64)]
    public void Samples_of_every_encoding_are_read_exactly(int tag, int bits)
    {
        float[] expected = [.. Exact.Select(sample => (float)sample)];
        byte[] data = WaveBytes.Encode(tag, bits, Exact);
        Assert.Equal(expected, Read(WaveBytes.Of(WaveBytes.Format(tag, 1, Rate, bits), data)));
        Assert.Equal(expected, Read(WaveBytes.Of(WaveBytes.Extensible(tag, 1, Rate, bits, bits), data)));
    }

    [Fact]
    public void Fewer_valid_bits_are_the_upper_ones() => Assert.Equal(
        Exact.Select(sample => (float)sample),
        Read(WaveBytes.Of(WaveBytes.Extensible(WaveBytes.Pcm, 1, Rate, 32, 20), WaveBytes.Encode(WaveBytes.Pcm, 32, Exact))));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(6)]
    public void Channels_are_mixed_to_their_mean(int channels)
    {
        const int Count = 10_000;
        var random = new Random(channels);
        double[] samples = [.. Enumerable.Range(0, Count * channels).Select(_ => 2 * random.NextDouble() - 1)];
        float[] mixed = Read(WaveBytes.Of(
            WaveBytes.Format(WaveBytes.FloatingPoint, channels, Rate, 64), WaveBytes.Encode(WaveBytes.FloatingPoint, 64, samples)));
        Assert.Equal(Count, mixed.Length);
        for (int i = 0; i < Count; i++)
            Assert.Equal(samples.Skip(i * channels).Take(channels).Average(), mixed[i], 1e-6);
    }

    [Fact]
    public void Sound_of_another_rate_is_resampled()
    {
        float[] read = Read(WaveBytes.Of(8000, WaveBytes.Tone(8000, 1000, 800)));
        Assert.Equal(1600, read.Length);
        double[] tone = WaveBytes.Tone(Rate, 1000, 1600);
        for (int i = 200; i < 1400; i++)
            Assert.Equal(tone[i], read[i], 2e-4);
    }

    [Fact]
    public void Other_chunks_are_passed_over()
    {
        byte[] format = WaveBytes.Chunk("fmt ", WaveBytes.Format(WaveBytes.Pcm, 1, Rate, 8));
        byte[] data = WaveBytes.Chunk("data", [192, 128, 64]), other = WaveBytes.Chunk("LIST", new byte[7]);
        float[] expected = [0.5f, 0, -0.5f];
        Assert.Equal(expected, Read(WaveBytes.File(other, format, other, data, other)));
        // The byte after an odd number of samples may be counted and missing; after the end there may be anything.
        Assert.Equal(expected, Read(WaveBytes.File(format, data)[..^1]));
        Assert.Equal(expected, Read([.. WaveBytes.File(format, data), .. "anything"u8]));
    }

    /// <summary>Sizes as programs leave them that write to a pipe, that were interrupted, or that lost what followed the samples.</summary>
    [Theory]
    [InlineData(uint.MaxValue, uint.MaxValue)]
    [InlineData(0x7FFFF024u, 0x7FFFF000u)]
    [InlineData(0x7FFFFFFFu, 0x7FFFFFDBu)]
    [InlineData(0x80000024, 0x80000000)]
    [InlineData(0u, 0u)]
    [InlineData(36u, 0u)]
    [InlineData(uint.MaxValue, 10u)]
    [InlineData(0u, 10u)]
    [InlineData(36u, 10u)]
    [InlineData(1000u, 10u)]
    public void What_is_there_is_read_where_sizes_are_unknown(uint all, uint samples)
    {
        float[] expected = [0.5f, 0, -0.5f, 0.25f, 0];
        byte[] bytes = WaveBytes.Of(Rate, [0.5, 0, -0.5, 0.25, 0]);
        BitConverter.TryWriteBytes(bytes.AsSpan(4), all);
        BitConverter.TryWriteBytes(bytes.AsSpan(40), samples);
        Assert.Equal(expected, Read(bytes));
        if (samples != 10)
        {
            // It was interrupted within a sample.
            Assert.Equal(expected[..^1], Read(bytes[..^1]));
            var refused = Assert.Throws<AudioFormatException>(() => Read(_folder.Write("long.wav", bytes), 4.0 / Rate));
            Assert.Contains("at most", refused.Reason, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(16, 1, false)]
    [InlineData(16, 2, false)]
    [InlineData(24, 2, false)]
    [InlineData(24, 2, true)]
    [InlineData(32, 1, false)]
    public void What_another_library_writes_is_read_as_it_reads_it(int bits, int channels, bool isExtensible)
    {
        Peer.WaveFormat format = isExtensible ? new Peer.WaveFormatExtensible(Rate, bits, channels)
            : bits == 32 ? Peer.WaveFormat.CreateIeeeFloatWaveFormat(Rate, channels)
            : new Peer.WaveFormat(Rate, bits, channels);
        float[] samples = [.. WaveBytes.Tone(Rate, 440, 5000 * channels).Select(sample => (float)sample)];
        string path = _folder.File("peer.wav");
        using (var writer = new Peer.WaveFileWriter(path, format))
            writer.WriteSamples(samples, 0, samples.Length);

        float[] read = WaveFile.Read(path, Rate, 60, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(5000, read.Length);
        using var reader = new Peer.WaveFileReader(path);
        for (int i = 0; i < read.Length; i++)
            Assert.Equal(reader.ReadNextSampleFrame().Average(), read[i], 1e-6);
    }

    [Fact]
    public void Memory_is_that_of_the_samples_at_both_rates()
    {
        const int FileRate = 48_000, Seconds = 30;
        string path = _folder.File("long.wav");
        WriteSilence(path, FileRate, Seconds);
        long before = GC.GetAllocatedBytesForCurrentThread();
        float[] read = WaveFile.Read(path, Rate, Seconds, cancellationToken: TestContext.Current.CancellationToken);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(Rate * Seconds, read.Length);
        Assert.InRange(allocated, 0, sizeof(float) * (FileRate + Rate) * Seconds + 500_000);
    }

    [Fact]
    public void An_hour_is_refused_at_once_unless_it_is_allowed()
    {
        string path = _folder.File("hour.wav");
        WriteSilence(path, 8000, 3600);
        long before = GC.GetAllocatedBytesForCurrentThread();
        var refused = Assert.Throws<AudioFormatException>(() => Read(path, 60));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
        Assert.Equal((path, "data size"), (refused.File, refused.Field));
        Assert.Contains("lasts 3600.0 seconds, and at most 60 are taken", refused.Message, StringComparison.Ordinal);
        Assert.Contains("MaximumSeconds", refused.Remedy, StringComparison.Ordinal);
        refused = Assert.Throws<AudioFormatException>(
            () => WaveFile.Read(path, Rate, 60, isLimitFixed: true, TestContext.Current.CancellationToken));
        Assert.Equal("Cut it into utterances.", refused.Remedy);
        Assert.Equal(8000 * 3600, WaveFile.Read(path, 8000, 3600, cancellationToken: TestContext.Current.CancellationToken).Length);
    }

    [Fact]
    public void Reading_is_cancelled() => Assert.Throws<OperationCanceledException>(
        () => WaveFile.Read(
            _folder.Write("sound.wav", WaveBytes.Of(Rate, Exact)), Rate, 60, cancellationToken: new CancellationToken(canceled: true)));

    private float[] Read(byte[] bytes) => Read(_folder.Write("sound.wav", bytes), 60);

    private static float[] Read(string path, double maximumSeconds) =>
        WaveFile.Read(path, Rate, maximumSeconds, cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>A file with a hole for its samples, which takes no room on most disks.</summary>
    private static void WriteSilence(string path, int rate, int seconds)
    {
        byte[] header = WaveBytes.Of(WaveBytes.Format(WaveBytes.Pcm, 1, rate, 16), []);
        int size = 2 * rate * seconds;
        BitConverter.TryWriteBytes(header.AsSpan(4), header.Length - 8 + size);
        BitConverter.TryWriteBytes(header.AsSpan(header.Length - 4), size);
        using FileStream stream = File.Create(path);
        stream.Write(header);
        stream.SetLength(header.Length + size);
    }
}
