using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.KappaTune.Scanning;
using Microsoft.ML.KappaTune.Spectra;

namespace Microsoft.ML.KappaTune.Tests.Scanning;

/// <summary>The cache with another process at work on it, which is this test program, asked for one test.</summary>
public sealed class ScanCacheProcessTests
{
    private const string FolderVariable = "KAPPATUNE_TEST_CACHE", Said = "kept ";

    // On a busy machine one of the two may not get the lock for seconds.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Fact]
    public void Two_processes_at_once_and_the_end_of_one_lose_nothing()
    {
        string library = typeof(ScanCacheProcessTests).Assembly.Location;
        string program = Path.ChangeExtension(library, OperatingSystem.IsWindows() ? ".exe" : null);
        Assert.SkipUnless(File.Exists(program), "This program isn't started by itself here.");
        // Not the class's: the other process, which is ended, would leave one behind.
        using var folder = new TemporaryFolder();
        string method = $"{typeof(ScanCacheProcessTests).FullName}.{nameof(Writes_until_it_is_ended)}";
        var start = new ProcessStartInfo(program, ["-method", method])
        {
            RedirectStandardOutput = true,
            Environment = { [FolderVariable] = folder.Path },
        };
        using Process other = Process.Start(start)!;
        var mine = new ScanCache(folder.Path, Patience);
        int theirs = 0, ours = 0;
        while (theirs < 200)
        {
            string? line = other.StandardOutput.ReadLine();
            Assert.NotNull(line);
            if (line.StartsWith(Said, StringComparison.Ordinal))
                theirs = int.Parse(line[Said.Length..], CultureInfo.InvariantCulture) + 1;
            mine.Add([Key(1, ours)], [new ConditionNumber(ours + 1, 1, 0)]);
            ours++;
        }

        other.Kill();
        other.WaitForExit();
        mine.Add([Key(1, ours)], [new ConditionNumber(ours + 1, 1, 0)]);
        var all = new ScanCache(folder.Path);
        Assert.All(Enumerable.Range(0, theirs), i => Assert.True(all.TryGet(Key(2, i), double.PositiveInfinity, out _)));
        Assert.All(Enumerable.Range(0, ours + 1), i => Assert.True(all.TryGet(Key(1, i), double.PositiveInfinity, out _)));
    }

    [Fact]
    public void Writes_until_it_is_ended()
    {
        string? folder = Environment.GetEnvironmentVariable(FolderVariable);
        Assert.SkipWhen(folder is null, "For the other process only.");
        var cache = new ScanCache(folder!, Patience);
        for (int i = 0; i < 100_000; i++)
        {
            cache.Add([Key(2, i)], [new ConditionNumber(i + 1, 1, 0)]);
            Console.Out.WriteLine($"{Said}{i}");
            Console.Out.Flush();
        }
    }

    private static ContentKey Key(int writer, int i) => new((UInt128)writer, (UInt128)i);
}
