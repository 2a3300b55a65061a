using System.Text.Json;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.Tokenization;

/// <summary>Eight templates with six conversations each must give what transformers gave with Python's Jinja.</summary>
public sealed class GoldenChatTests
{
    public static TheoryData<string> Recordings() => Golden.Files("chat", "templates.json");

    [Theory]
    [MemberData(nameof(Recordings))]
    public void Texts_errors_and_spans_are_the_recorded_ones(string recording)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Golden.Open(recording)));
        JsonElement golden = document.RootElement;
        Dictionary<string, ChatTemplate> templates = golden.GetProperty("templates").EnumerateObject()
            .ToDictionary(template => template.Name, template => Chats.Template(template.Value.GetString()!));
        var wrong = new List<string>();
        int count = 0, spans = 0;
        foreach (JsonElement expected in golden.GetProperty("cases").EnumerateArray())
        {
            count++;
            string name = $"{expected.GetProperty("template")}, {expected.GetProperty("messages")}";
            ChatTemplate template = templates[expected.GetProperty("template").GetString()!];
            JsonElement turns = golden.GetProperty("messages").GetProperty(expected.GetProperty("messages").GetString()!);
            IReadOnlyList<ChatMessage> messages = ChatMessage.ParseList(turns.GetRawText());
            try
            {
                ChatText text = template.Render(messages, RenderingOf(golden, expected));
                if (!expected.TryGetProperty("text", out JsonElement written) || written.GetString() != text.Text)
                    wrong.Add($"{name}: \"{text.Text}\"");
                if (expected.TryGetProperty("assistant_token_spans", out JsonElement places))
                {
                    spans++;
                    string found = JsonSerializer.Serialize(SpansOf(template, messages));
                    if (JsonSerializer.Serialize(places) != found)
                        wrong.Add($"{name}: {found}");
                }
            }
            catch (ChatTemplateException e)
            {
                // What Jinja says itself is in its own words; what the template says is the same.
                string[] error = expected.TryGetProperty("error", out JsonElement recorded) ? recorded.GetString()!.Split(": ") : [];
                bool isSame = error is ["TemplateError", var own] ? e.Message.Contains(own, StringComparison.Ordinal) : error.Length > 0;
                if (!isSame)
                    wrong.Add($"{name}: {e.Message}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.Equal((60, 6), (count, spans));
    }

    private static ChatRendering RenderingOf(JsonElement golden, JsonElement expected)
    {
        var variables = new Dictionary<string, JsonElement>
        {
            ["bos_token"] = golden.GetProperty("bos_token"),
            ["eos_token"] = golden.GetProperty("eos_token"),
        };
        foreach (JsonProperty variable in expected.GetProperty("variables").EnumerateObject())
            variables[variable.Name] = variable.Value;
        return new ChatRendering
        {
            Variables = variables,
            AddGenerationPrompt = expected.GetProperty("add_generation_prompt").GetBoolean(),
            Tools = expected.GetProperty("tools").GetBoolean()
                ? JsonSerializer.SerializeToElement(new[] { golden.GetProperty("tool") })
                : null,
            PlainTokens = [Chats.Begin, Chats.End, Chats.Pad],
        };
    }

    /// <summary>Begin and end of each run of tokens that count.</summary>
    private static List<int[]> SpansOf(ChatTemplate template, IReadOnlyList<ChatMessage> messages)
    {
        var encoder = new ChatEncoder(ChatTemplates.From(template), Chats.Tokenizer, "folder");
        bool[] counted = encoder.EncodeConversation(messages).IsGenerated;
        var spans = new List<int[]>();
        for (int i = 0; i < counted.Length; i++)
        {
            if (counted[i] && (i == 0 || !counted[i - 1]))
                spans.Add([i, i]);
            if (counted[i])
                spans[^1][1] = i + 1;
        }

        return spans;
    }
}
