using System.Text.Json;
using System.Text.Json.Nodes;

/// <summary>What differs from the record, item by item.</summary>
internal sealed class Failures
{
    private readonly List<string> _messages = [];

    public string Item { get; set; } = "the file";

    /// <summary>Compares a recorded value with what <paramref name="actual"/> gives or throws.</summary>
    public void Check(string field, JsonElement expected, Func<JsonNode?> actual)
    {
        JsonNode? given;
        try
        {
            given = actual();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            given = new JsonObject { ["error"] = $"{e.GetType()}: {e.Message}" };
        }

        JsonNode? wanted = JsonNode.Parse(expected.GetRawText());
        if (!JsonNode.DeepEquals(wanted, given))
            Add($"{field}: recorded {Short(wanted?.ToJsonString() ?? "null")}, here {Short(given?.ToJsonString() ?? "null")}");
    }

    public void Add(string message) => _messages.Add($"{Item}: {message}");

    public void AssertNone() => Assert.True(_messages.Count == 0, $"{_messages.Count} differences\n{string.Join('\n', _messages.Take(40))}");

    public static string Short(string text, int length = 300) => text.Length <= length ? text : text[..length] + "...";
}
