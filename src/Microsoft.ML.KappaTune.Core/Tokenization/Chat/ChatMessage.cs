using System.Text.Json.Nodes;

namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>
/// A turn of a conversation: a JSON object with a role, and with whatever else a template reads, such as <c>content</c>, which is a text
/// or a list of parts, and <c>tool_calls</c>.
/// </summary>
internal sealed class ChatMessage
{
    public const string RoleField = "role", ContentField = "content", Assistant = "assistant", User = "user", System = "system";

    private const string Remedy = "Write [{\"role\": \"user\", \"content\": \"…\"}].";

    private ChatMessage(JsonElement json, string role)
    {
        Json = json;
        Role = role;
    }

    public JsonElement Json { get; }

    /// <summary>Who speaks, such as <see cref="User"/>.</summary>
    public string Role { get; }

    /// <summary>A turn that is a text.</summary>
    public static ChatMessage Create(string role, string content)
    {
        var json = new JsonObject { [RoleField] = role, [ContentField] = content };
        return new ChatMessage(JsonSerializer.SerializeToElement(json), role);
    }

    /// <summary>Reads a list of turns: <c>[{"role": "user", "content": "Hello"}, ...]</c>.</summary>
    /// <exception cref="FormatException">It isn't such a list; the message says which turn is wrong.</exception>
    public static IReadOnlyList<ChatMessage> ParseList(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Array)
                throw new FormatException($"The messages are no JSON list. {Remedy}");
            return [.. document.RootElement.EnumerateArray().Select((turn, index) => Parse(turn.Clone(), index))];
        }
        catch (JsonException e)
        {
            throw new FormatException($"The messages aren't valid JSON ({e.Message}). {Remedy}", e);
        }
    }

    private static ChatMessage Parse(JsonElement turn, int index) =>
        turn.ValueKind == JsonValueKind.Object && turn.TryGetProperty(RoleField, out JsonElement role)
        && role.ValueKind == JsonValueKind.String
            ? new ChatMessage(turn, role.GetString()!)
            : throw new FormatException($"Message {index} isn't an object with a role. {Remedy}");
}
