using System.Diagnostics;
using Microsoft.ML.KappaTune;
using Microsoft.ML.KappaTune.Audio;
using Microsoft.ML.KappaTune.Fusion;
using Microsoft.ML.KappaTune.Speech;

/// <summary>The time from files to normalised frames beside that of the sound, as training reads recordings.</summary>
internal static class FeatureBenchmark
{
    public const string Part = "features";
    private const int Count = 1000, RowsAtOnce = 64;

    // Wideband speech, a telephone's, and a recorder's.
    private static readonly int[] Rates = [16_000, 8_000, 44_100];

    /// <param name="recordings">A folder of WAV files; null for what is made here, at several rates.</param>
    public static void Run(string? recordings, string work, int threads, int rounds)
    {
        Console.WriteLine("### Frames of recordings\n");
        Console.WriteLine($"From WAV files to 80 normalised bands a 10 ms, medians of {rounds} rounds (lowest to highest).\n");
        var table = new Table("recordings", "sound, s", "frames, s", "sound ÷ frames", "goal");
        if (recordings is null)
        {
            foreach (int rate in Rates)
            {
                (string[] paths, double seconds) = Utterances.Write(Path.Combine(work, $"{rate}"), Count, rate);
                Add($"{Count} utterances of {rate / 1000.0:0.#} kHz", paths, seconds);
            }
        }
        else
        {
            string[] paths = [.. Directory.EnumerateFiles(recordings, "*.wav", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
            double seconds = paths.Sum(SecondsOf);
            Add($"{paths.Length} files", paths, seconds);
        }

        table.Print();
        Console.WriteLine();

        void Add(string what, string[] paths, double seconds)
        {
            List<double> times = [];
            for (int round = -1; round < rounds; round++) // The first one warms up.
            {
                double time = Measure(paths, threads);
                if (round >= 0)
                    times.Add(time);
            }

            table.Add(
                what, $"{seconds:0}", $"{Table.Median(times):0.0} ({times.Min():0.0} to {times.Max():0.0})",
                $"{seconds / Table.Median(times):0}", "≥ 20");
        }
    }

    private static double SecondsOf(string path)
    {
        using FileStream stream = File.OpenRead(path);
        var header = WaveHeader.Read(path, stream);
        return (double)header.DataLength / header.Format.FrameLength / header.Format.SampleRate;
    }

    private static double Measure(string[] paths, int threads)
    {
        var sound = new LogMelOptions { MaximumSeconds = 3600 };
        var settings = new SoundSettings(SpeechInput.Path, sound, SampleRate: null, sound.Bands);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = threads };
        long start = Stopwatch.GetTimestamp();
        using var maker = new FrameMaker(settings);
        foreach (string[] some in paths.Chunk(RowsAtOnce))
        {
            Frames[] frames = maker.MakeAll([.. some.Select(path => new Recording(path, []))], i => some[i], parallel);
            Parallel.ForEach(frames, parallel, row => row.Normalized().CopyTo(new float[row.Length]));
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
