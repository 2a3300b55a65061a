namespace Microsoft.ML.KappaTune.Tests.IO;

/// <summary>What a program is told of a file that isn't what it loads.</summary>
public sealed class DocumentKindTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<Action<string>, string> Loaders => new()
    {
        { path => ScanReport.Load(path), "ScanReport.Save or kappatune scan --json" },
        { path => TuningPlan.Load(path), "TuningPlan.Save or kappatune select --json" },
        { path => TuningReport.Load(path), "TuningReport.Save or kappatune tune --json" },
    };

    [Theory, MemberData(nameof(Loaders), DisableDiscoveryEnumeration = true)]
    public void The_remedy_names_what_writes_such_files(Action<string> load, string writers)
    {
        foreach (string json in (string[])["{}", "[", """{"kind": "comparison"}"""])
        {
            string path = _folder.Write("file.json", json);
            Assert.EndsWith($" Name a file that {writers} wrote.", Assert.Throws<FormatException>(() => load(path)).Message);
        }
    }
}
