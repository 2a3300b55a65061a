using System.Text;
using System.Text.Json;

/// <summary>Runs all cases of a golden file and reports every one that fails, by name.</summary>
internal static class GoldenCases
{
    public static void ForEach(string row, Func<JsonElement, string> name, Action<JsonElement> check)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Golden.Open(row)));
        var failures = new StringBuilder();
        int count = 0;
        foreach (JsonElement golden in document.RootElement.EnumerateArray())
        {
            count++;
            try
            {
                check(golden);
            }
            catch (Exception exception)
            {
                failures.AppendLine($"-- {name(golden)}: {exception}");
            }
        }

        Assert.NotEqual(0, count);
        Assert.True(failures.Length == 0, failures.ToString());
    }

    public static string? Text(this JsonElement element, string property) =>
        element.TryGetProperty(property, out JsonElement value) ? value.GetString() : null;

    /// <summary>A number, null, or one of the strings that stand for non-finite numbers.</summary>
    public static double Number(this JsonElement element) => element.ValueKind == JsonValueKind.String
        ? element.GetString() switch { "NaN" => double.NaN, "Infinity" => double.PositiveInfinity, _ => double.NegativeInfinity }
        : element.GetDouble();
}
