using Microsoft.ML.KappaTune.Scanning;
using Microsoft.ML.KappaTune.Tests.Spectra;

namespace Microsoft.ML.KappaTune.Tests.Scanning;

public sealed class ScanPartTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, ScanPrecision.Exact)]
    [InlineData(2, ScanPrecision.Exact)]
    [InlineData(3, ScanPrecision.Ranking)]
    [InlineData(16, ScanPrecision.Exact)]
    [InlineData(16, ScanPrecision.Ranking)]
    public void The_parts_make_the_whole(int count, ScanPrecision precision)
    {
        string path = TestCheckpoint.Write(_folder.File("m.safetensors"), TestCheckpoint.Model());
        ScanOptions options = TestCheckpoint.Options(KappaSelection.Lowest(3)) with { Precision = precision };
        ScanReport whole = TestCheckpoint.Scan(path, options);
        ScanReport[] parts = [.. Enumerable.Range(1, count).Select(
            part => TestCheckpoint.Scan(path, options with { Part = part, PartCount = count }))];
        var merged = ScanReport.Merge(parts.Reverse());

        Assert.Equal(whole.Matrices.Select(m => m.Id), merged.Matrices.Select(m => m.Id));
        Assert.Equal(whole.Plan().Selected.Select(m => (m.Id, m.Kappa)), merged.Plan().Selected.Select(m => (m.Id, m.Kappa)));
        if (precision == ScanPrecision.Exact)
            Assert.Equal(whole.Matrices.Select(m => m.Kappa), merged.Matrices.Select(m => m.Kappa));
        Assert.Equal((whole.Model, whole.Fingerprint, whole.Computed), (merged.Model, merged.Fingerprint, merged.Computed));
        Assert.Equal((1, 1), (merged.Part, merged.PartCount));
        Assert.Equal(parts.Sum(p => p.Elapsed.TotalSeconds), merged.Elapsed.TotalSeconds, 1e-6);
    }

    [Fact]
    public void A_part_by_itself_cannot_be_planned()
    {
        string path = TestCheckpoint.Write(_folder.File("m.safetensors"), TestCheckpoint.Model());
        ScanReport part = TestCheckpoint.Scan(path, TestCheckpoint.Options() with { PartCount = 2 });
        Assert.Contains("part 1 of 2", Assert.Throws<InvalidOperationException>(() => part.Plan()).Message);
    }

    [Fact]
    public void Parts_that_do_not_belong_together_are_refused()
    {
        ScanReport one = Report("a", 1, 2), two = Report("b", 2, 2);
        Assert.Equal(2, ScanReport.Merge([one, two]).Matrices.Count);
        Refused("none", []);
        Refused("Part 2 of 2 is missing", [one]);
        Refused("Part 1 of 2 is there 2 times", [one, two, one]);
        Refused("different models", [one, two with { Fingerprint = "other" }]);
        Refused("2 parts and another of 3", [one, two with { PartCount = 3 }]);
        Refused("Exact and another Ranking", [one, two with { Precision = ScanPrecision.Ranking }]);
        Refused("lowest 20 %", [one, two with { Selection = KappaSelection.LowestFraction(0.2) with { Exclude = ["x"] } }]);
        Refused("a is in two parts", [one, Report("a", 2, 2)]);
        Refused("Part 2 of 2 is missing", [one, two with { Part = 3 }]);

        static void Refused(string reason, ScanReport[] parts)
        {
            var error = Assert.Throws<ArgumentException>(() => ScanReport.Merge(parts));
            Assert.Contains(reason, error.Message);
            Assert.Equal("parts", error.ParamName);
        }
    }

    [Fact]
    public void Devices_of_parts_are_all_named() =>
        Assert.Equal("cpu, cuda:0", ScanReport.Merge([Report("a", 1, 2), Report("b", 2, 2) with { Device = "cuda:0" }]).Device);

    [Fact]
    public void Work_is_shared_evenly_and_always_the_same_way()
    {
        var random = new Random(3);
        (string Name, double Cost)[] tensors = [.. Enumerable.Range(0, 200).Select(i => ($"t{i}", 1 + 9 * random.NextDouble()))];
        Dictionary<string, int> parts = ScanParts.Assign(tensors, 7);
        Dictionary<string, int> again = ScanParts.Assign(tensors.OrderBy(_ => random.Next()), 7);
        Assert.All(tensors, t => Assert.Equal(parts[t.Name], again[t.Name]));
        double[] loads = [.. tensors.GroupBy(t => parts[t.Name]).Select(g => g.Sum(t => t.Cost))];
        Assert.Equal(7, loads.Length);
        Assert.InRange(loads.Max() / loads.Min(), 1, 1.05);
    }

    private static ScanReport Report(string name, int part, int count) => new()
    {
        Model = "model",
        Fingerprint = "f",
        Matrices = [new() { Name = name, Shape = [2, 2], Rows = 2, Columns = 2, Kappa = 2 }],
        Precision = ScanPrecision.Exact,
        Device = "cpu",
        Computed = 1,
        Cached = 0,
        Elapsed = TimeSpan.FromSeconds(1),
        Part = part,
        PartCount = count,
    };
}
