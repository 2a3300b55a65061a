using System.Text.Json;

/// <summary>
/// Each recorded file names the call that made it, and each of its items is checked field by field. What no check knows
/// fails: a new call, and a new field.
/// </summary>
public sealed class GoldenTests
{
    public static TheoryData<string> Files => Golden.Files("tokenizers", "*.json");

    [Theory]
    [MemberData(nameof(Files))]
    public void Behaves_as_recorded(string file)
    {
        string path = Golden.Open(file);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        JsonElement recorded = document.RootElement;
        if (recorded.ValueKind != JsonValueKind.Object || !recorded.TryGetProperty("items", out JsonElement items))
        {
            // strings.json and vocab.json are inputs of the others.
            Assert.True(Path.GetFileName(path) is "strings.json" or "vocab.json", "No check for a file of this form.");
            return;
        }

        var failures = new Failures();
        Action<JsonElement, Failures> check = Cases.For(recorded, Path.GetDirectoryName(path)!, failures);
        int index = 0;
        foreach (JsonElement item in items.EnumerateArray())
        {
            failures.Item = $"item {index++}: {Failures.Short(item.GetRawText(), 80)}";
            check(item, failures);
        }

        Assert.NotEqual(0, index);
        failures.AssertNone();
    }
}
