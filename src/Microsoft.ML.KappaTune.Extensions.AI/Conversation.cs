using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace Microsoft.ML.KappaTune;

/// <summary>Messages as the list of turns that chat templates take.</summary>
internal static class Conversation
{
    private const string Role = "role", Content = "content", Name = "name";

    /// <param name="messages">The turns so far; an author's name becomes <c>name</c>, which some templates read.</param>
    /// <param name="instructions">
    /// What the system says before them; in one turn with what it says anyway, since many templates take one such turn alone.
    /// </param>
    /// <returns>JSON: <c>[{"role": "user", "content": "Hello"}]</c>.</returns>
    /// <exception cref="ArgumentException">A message is null.</exception>
    /// <exception cref="UnsupportedRequestException">A message has something that isn't text.</exception>
    public static string ToJson(IEnumerable<ChatMessage> messages, string? instructions)
    {
        var turns = new JsonArray();
        foreach (ChatMessage? message in messages)
            turns.Add((JsonNode)Turn(message ?? throw new ArgumentException("A message is null.", nameof(messages)), turns.Count));
        if (!string.IsNullOrEmpty(instructions))
            Instruct(turns, instructions);
        return turns.ToJsonString();
    }

    private static JsonObject Turn(ChatMessage message, int index)
    {
        foreach (AIContent content in message.Contents)
        {
            if (content is not TextContent)
            {
                throw new UnsupportedRequestException(
                    $"{content.GetType().Name} of message {index}", "the model reads text alone",
                    "Send text, or leave the message out.");
            }
        }

        var turn = new JsonObject { [Role] = message.Role.Value, [Content] = message.Text };
        if (message.AuthorName is { } author)
            turn[Name] = author;
        return turn;
    }

    private static void Instruct(JsonArray turns, string instructions)
    {
        if (turns.Count > 0 && turns[0]![Role]!.GetValue<string>() == ChatRole.System.Value)
            turns[0]![Content] = $"{instructions}\n\n{turns[0]![Content]!.GetValue<string>()}";
        else
            turns.Insert(0, new JsonObject { [Role] = ChatRole.System.Value, [Content] = instructions });
    }
}
