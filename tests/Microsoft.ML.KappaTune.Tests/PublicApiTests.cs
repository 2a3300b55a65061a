namespace Microsoft.ML.KappaTune.Tests;

/// <summary>What users can call is written down, so that a change of it is seen as one.</summary>
public class PublicApiTests
{
    [Fact]
    public void The_public_surface_is_the_one_written_down()
    {
        Type[] types = typeof(KappaSelection).Assembly.GetExportedTypes();
        string[] actual = [.. types.SelectMany(Surface.Describe).Order(StringComparer.Ordinal)];
        string[] written = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "PublicApi.txt"));
        if (actual.SequenceEqual(written))
            return;

        string copy = Path.Combine(Path.GetTempPath(), "kappatune-PublicApi.txt");
        File.WriteAllText(copy, string.Concat(actual.Select(line => line + "\n")));
        Assert.Fail(string.Join('\n',
        [
            "The public surface isn't the one in src/Microsoft.ML.KappaTune/PublicApi.txt. If that is meant:",
            $"  cp {copy} src/Microsoft.ML.KappaTune/PublicApi.txt",
            .. actual.Except(written).Select(line => $"+ {line}"),
            .. written.Except(actual).Select(line => $"- {line}"),
        ]));
    }
}
