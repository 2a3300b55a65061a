using System.Text.Json;

/// <summary>Every recorded exception is thrown here too: type, message, parameter name and inner exceptions.</summary>
public sealed class ErrorTests(ErrorFolder folder) : IClassFixture<ErrorFolder>
{
    private static readonly Dictionary<string, Action> Cases = ErrorCases.Create();

    public static TheoryData<string, int, string> Recorded()
    {
        var rows = new TheoryData<string, int, string>();
        foreach (TheoryDataRow<string> row in Golden.Files("ml/errors", "*.json"))
        {
            if (row.Data.Length == 0)
            {
                rows.Add("", 0, "");
                continue;
            }

            using JsonDocument file = JsonDocument.Parse(File.ReadAllText(Path.Combine(Golden.Root!, row.Data)));
            int index = 0;
            foreach (JsonElement entry in file.RootElement.EnumerateArray())
                rows.Add(row.Data, index++, entry.GetProperty("name").GetString()!);
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Recorded))]
    public void Throws_what_was_recorded(string file, int index, string name)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Golden.Open(file)));
        Assert.True(Cases.TryGetValue(name, out Action? action), $"No action for the recorded case '{name}'");
        GoldenError.AssertThrows(document.RootElement[index].GetProperty("error"), action!, folder.Path);
    }
}
