namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>
/// Finds what the model writes of a conversation whose template doesn't say it: the conversation is rendered up to each answer, with the
/// prompt for it and with the answer, and both are compared with the whole.
/// </summary>
internal static class ChatTurns
{
    private const string Remedy =
        "Put {% generation %} and {% endgeneration %} around what the model writes in the template, or train on prompts and completions.";

    /// <exception cref="ChatTemplateException">The template writes earlier turns otherwise once more follow, or refuses a part.</exception>
    public static ChatText Find(ChatTemplate template, IReadOnlyList<ChatMessage> messages, ChatRendering rendering)
    {
        ChatText whole = template.Render(messages, rendering);
        var generated = new List<Span>();
        for (int turn = 0; turn < messages.Count; turn++)
        {
            if (messages[turn].Role != ChatMessage.Assistant)
                continue;
            string before = RenderFirst(turn, addPrompt: false), prompt = RenderFirst(turn, addPrompt: true);
            // Some prompts go on with what not every answer begins with; what both have in common was given to the model.
            int start = before.Length <= whole.Text.Length ? CommonLength(prompt, whole.Text) : 0;
            string answered = RenderFirst(turn + 1, addPrompt: false).TrimEnd();
            if (start < before.TrimEnd().Length || !whole.Text.StartsWith(answered, StringComparison.Ordinal))
            {
                throw template.Fault(
                    $"it writes the turns up to message {turn} otherwise once more follow, so that what the model wrote can't be told",
                    Remedy);
            }

            // Line breaks behind the end token aren't the model's.
            if (answered.Length > start)
                generated.Add(new Span(start, answered.Length));
        }

        return whole with { Generated = generated };

        string RenderFirst(int count, bool addPrompt)
        {
            try
            {
                return template.Render([.. messages.Take(count)], rendering with { AddGenerationPrompt = addPrompt }).Text;
            }
            catch (ChatTemplateException e)
            {
                throw template.Fault(
                    $"it can't write the first {count} of {messages.Count} messages alone, so that what the model wrote can't be told "
                    + $"({e.Reason})", Remedy, e);
            }
        }
    }

    private static int CommonLength(string prompt, string text) => prompt.AsSpan().CommonPrefixLength(text);
}
