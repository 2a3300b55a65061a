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
        Exception? actual = Record.Exception(action!);
        Compare(document.RootElement[index].GetProperty("error"), actual);
    }

    private void Compare(JsonElement expected, Exception? actual)
    {
        if (expected.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined)
        {
            Assert.Null(actual);
            return;
        }

        string message = expected.GetProperty("message").GetString()!.Replace("<dir>", folder.Path);
        string type = expected.GetProperty("type").GetString()!;
        Assert.True(actual is not null, $"Nothing was thrown; expected {type}: {message}");
        Assert.Equal($"{type}: {message}", $"{actual!.GetType()}: {actual.Message}");
        if (expected.TryGetProperty("paramName", out JsonElement paramName))
            Assert.Equal(paramName.GetString(), Assert.IsType<ArgumentException>(actual, exactMatch: false).ParamName);
        Compare(expected.TryGetProperty("inner", out JsonElement inner) ? inner : default, actual.InnerException);
    }
}
