using Microsoft.ML.KappaTune.Audio;

namespace Microsoft.ML.KappaTune.Tests.Audio;

/// <summary>A file that isn't as it must be is one error, which names it, the field, the cause and the remedy.</summary>
public sealed class BadWaveTests : IDisposable
{
    private const int Rate = 16_000;

    private static readonly byte[] Format16 = WaveBytes.Format(WaveBytes.Pcm, 1, Rate, 16);
    private static readonly byte[] Format = WaveBytes.Chunk("fmt ", Format16), Data = WaveBytes.Chunk("data", new byte[100]);
    private static readonly byte[] Good = WaveBytes.File(Format, Data);

    private static readonly Dictionary<string, (byte[] Bytes, string? Field, string Says)> All = new()
    {
        ["empty"] = ([], null, "empty"),
        ["a letter"] = ([.. "R"u8], null, "unknown kind"),
        ["too short for a header"] = (Good[..11], null, "11 bytes"),
        ["text"] = ([.. "one two three four"u8], null, "unknown kind"),
        ["MP3"] = ([.. "ID3"u8, .. new byte[100]], null, "an MP3 file"),
        ["MP3 without a title"] = ([0xFF, 0xFB, .. new byte[100]], null, "an MP3 file"),
        ["FLAC"] = ([.. "fLaC"u8, .. new byte[100]], null, "a FLAC file"),
        ["Ogg"] = ([.. "OggS"u8, .. new byte[100]], null, "an Ogg file"),
        ["AIFF"] = ([.. "FORM"u8, .. new byte[100]], null, "an AIFF file"),
        ["MP4"] = ([0, 0, 0, 24, .. "ftypM4A "u8, .. new byte[100]], null, "an MP4 file"),
        ["over 4 GB"] = ([.. "RF64"u8, .. Good[4..]], null, "more than 4 GB"),
        ["highest byte first"] = ([.. "RIFX"u8, .. Good[4..]], null, "highest byte"),
        ["a video"] = ([.. Good[..8], .. "AVI "u8, .. Good[12..]], null, "not a WAV file"),
        ["mu-law"] = WithFormat(WaveBytes.Format(7, 1, Rate, 8), "wFormatTag", "7 (mu-law)"),
        ["A-law"] = WithFormat(WaveBytes.Format(6, 1, Rate, 8), "wFormatTag", "6 (A-law)"),
        ["ADPCM"] = WithFormat(WaveBytes.Format(2, 1, Rate, 4), "wFormatTag", "2 (Microsoft's ADPCM)"),
        ["IMA's ADPCM"] = WithFormat(WaveBytes.Format(0x11, 1, Rate, 4), "wFormatTag", "17 (IMA's ADPCM)"),
        ["MP3 in WAV"] = WithFormat(WaveBytes.Format(0x55, 1, Rate, 0), "wFormatTag", "85 (MP3)"),
        ["MP3 in an extensible format"] = WithFormat(WaveBytes.Extensible(0x55, 1, Rate, 16, 16), "SubFormat", "85 (MP3)"),
        ["a format without a number"] = WithFormat(
            [.. WaveBytes.Extensible(WaveBytes.Pcm, 1, Rate, 16, 16)[..39], 0x72], "SubFormat", "none of the formats"),
        ["an extensible format that is short"] =
            WithFormat(WaveBytes.Extensible(WaveBytes.Pcm, 1, Rate, 16, 16)[..18], "fmt size", "18 bytes"),
        ["more valid bits than stored ones"] =
            WithFormat(WaveBytes.Extensible(WaveBytes.Pcm, 1, Rate, 16, 24), "wValidBitsPerSample", "24, more than the 16"),
        ["12 bits"] = WithFormat(WaveBytes.Format(WaveBytes.Pcm, 1, Rate, 12), "wBitsPerSample", "12; read are 8, 16, 24 and 32"),
        ["floating point of 16 bits"] =
            WithFormat(WaveBytes.Format(WaveBytes.FloatingPoint, 1, Rate, 16), "wBitsPerSample", "16; read are 32 and 64"),
        ["no channels"] = WithFormat(WaveBytes.Format(WaveBytes.Pcm, 0, Rate, 16), "nChannels", "it is 0"),
        ["65 channels"] = WithFormat(WaveBytes.Format(WaveBytes.Pcm, 65, Rate, 16), "nChannels", "it is 65"),
        ["no rate"] = WithFormat(WaveBytes.Format(WaveBytes.Pcm, 1, 0, 16), "nSamplesPerSec", "it is 0"),
        ["a rate of millions"] = WithFormat(WaveBytes.Format(WaveBytes.Pcm, 1, uint.MaxValue, 16), "nSamplesPerSec", "4294967295"),
        ["a block of another size"] =
            WithFormat(WaveBytes.Format(WaveBytes.Pcm, 2, Rate, 16, block: 2), "nBlockAlign", "2, and 2 samples of 16 bits take 4"),
        ["a short format"] = WithFormat(Format16[..14], "fmt size", "14 bytes"),
        ["no format"] = (WaveBytes.File(Data), "fmt", "none before the samples"),
        ["format after the samples"] = (WaveBytes.File(Data, Format), "fmt", "none before the samples"),
        ["no data"] = (WaveBytes.File(Format), "data", "no such chunk"),
        ["no chunks"] = (WaveBytes.File(), "data", "nor a format"),
        ["no samples"] = (WaveBytes.File(Format, WaveBytes.Chunk("data", [])), "data size", "no samples"),
        ["half a sample"] = (WaveBytes.File(Format, WaveBytes.Chunk("data", new byte[3])), "data size", "3 bytes"),
        ["truncated"] = (Good[..^10], "data size", "100 bytes, and 90 are left: the file is truncated"),
        ["truncated, with an unknown size of all"] = (With(Good, 4, 0)[..^10], "data size", "100 bytes, and 90 are left"),
        ["truncated, but for the size of all"] = (With(Good, 4, 36 + 90)[..^10], "data size", "100 bytes, and 90 are left"),
        ["samples of 2 GB"] = (With(Good, Good.Length - 104, int.MaxValue), "data size", "2147483647 bytes, and 100 are left"),
        ["an unknown size of the samples alone"] = (With(Good, Good.Length - 104, -1), "data size", "4294967295 bytes, and 100 are left"),
        ["written to a pipe, and nothing yet"] = (With(With(Good, 4, -1), Good.Length - 104, -1)[..44], "data size", "no samples"),
        ["a size of all within the samples"] = (With(Good, 4, 60), "RIFF size", "ends at byte 68"),
        ["a size of all within the format"] = (With(Good, 4, 10), "data", "no such chunk"),
        ["a chunk longer than the file"] = (WaveBytes.File(Format, [.. "LIST"u8, 0xFF, 0, 0, 0], Data), "LIST size", "255 bytes"),
        ["a chunk whose name is no text"] =
            (WaveBytes.File([0, 10, 0x1B, 1, 0xFF, 0xFF, 0, 0], Format, Data), "\\u0000\\u000a\\u001b\\u0001 size", "65535 bytes"),
        ["chunks without end"] =
            (WaveBytes.File([Format, .. Enumerable.Repeat(WaveBytes.Chunk("junk", []), 2000), Data]), null, "more than 1000"),
        ["a sample that is no number"] = WithSamples(float.NaN),
        ["an infinite sample"] = WithSamples(float.NegativeInfinity),
        ["a sample that is too large"] = WithSamples(1e30f),
    };

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Names => [.. All.Keys];

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(Names))]
    public void It_is_one_error_that_says_what_to_do(string name)
    {
        (byte[] bytes, string? field, string says) = All[name];
        string path = _folder.Write("bad.wav", bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<AudioFormatException>(() => Read(path));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 500_000);
        Assert.Equal((path, field), (error.File, error.Field));
        Assert.Contains(says, error.Reason, StringComparison.Ordinal);
        Assert.Equal($"{path}{(field is null ? "" : $", {field}")}: {error.Reason}. {error.Remedy}", error.Message);
        Assert.EndsWith(".", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_good_file_is_none_of_them() => Assert.Equal(50, Read(_folder.Write("good.wav", Good)).Length);

    [Fact]
    public void What_is_no_file_is_said()
    {
        foreach (string path in (string[])[_folder.File("missing.wav"), _folder.File("missing/sound.wav"), _folder.Path])
            Assert.Equal("there is no such file", Assert.Throws<AudioFormatException>(() => Read(path)).Reason);
        Assert.Equal("it can't be read", Assert.Throws<AudioFormatException>(() => Read("")).Reason);
    }

    [Fact]
    public void No_change_of_a_few_bytes_does_anything_else()
    {
        var random = new Random(1);
        byte[] good = WaveBytes.File(
            WaveBytes.Chunk("LIST", new byte[5]), WaveBytes.Chunk("fmt ", WaveBytes.Extensible(WaveBytes.Pcm, 2, Rate, 24, 24)),
            WaveBytes.Chunk("data", new byte[60]));
        int refused = 0;
        for (int i = 0; i < 2000; i++)
        {
            byte[] bytes = good[..random.Next(i % 2 == 0 ? good.Length : 1, good.Length + 1)];
            for (int change = random.Next(4); change > 0; change--)
                bytes[random.Next(Math.Min(bytes.Length, 96))] = (byte)random.Next(256);
            string path = _folder.Write("changed.wav", bytes);
            try
            {
                Assert.NotEmpty(Read(path));
            }
            catch (AudioFormatException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1000, 1999);
    }

    private static float[] Read(string path) => WaveFile.Read(path, Rate, 60, cancellationToken: TestContext.Current.CancellationToken);

    private static (byte[] Bytes, string? Field, string Says) WithFormat(byte[] format, string field, string says) =>
        (WaveBytes.Of(format, new byte[48]), field, says);

    private static (byte[] Bytes, string? Field, string Says) WithSamples(float third)
    {
        byte[] samples = WaveBytes.Encode(WaveBytes.FloatingPoint, 32, [0, 0.5, third]);
        string says = FormattableString.Invariant($"sample 2 is {third}");
        return (WaveBytes.Of(WaveBytes.Format(WaveBytes.FloatingPoint, 1, Rate, 32), samples), "data", says);
    }

    private static byte[] With(byte[] bytes, int place, int number) =>
        [.. bytes[..place], .. BitConverter.GetBytes(number), .. bytes[(place + 4)..]];
}
