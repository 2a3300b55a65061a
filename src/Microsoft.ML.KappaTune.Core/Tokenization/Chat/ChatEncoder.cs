namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>A conversation as ids. Any number of threads may use it at once.</summary>
internal sealed class ChatEncoder
{
    private readonly ChatTemplates _templates;
    private readonly HuggingFaceTokenizer _tokenizer;
    private readonly string _source;

    /// <param name="templates">The model's templates.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="source">Where they come from, for messages.</param>
    public ChatEncoder(ChatTemplates templates, HuggingFaceTokenizer tokenizer, string source)
    {
        _templates = templates;
        _tokenizer = tokenizer;
        _source = source;
        Defaults = new ChatRendering
        {
            Variables = SpecialTokens.Roles.Where(role => tokenizer.Special[role] is not null)
                .ToDictionary(role => role, role => JsonSerializer.SerializeToElement(tokenizer.Special[role])),
            PlainTokens = [.. tokenizer.SpecialTexts],
        };
    }

    /// <summary>The special tokens as variables, and that they are plain text where messages have them.</summary>
    public ChatRendering Defaults { get; }

    /// <summary>A conversation up to where the model's answer begins, or goes on.</summary>
    /// <exception cref="ChatTemplateException">The template doesn't take the conversation.</exception>
    public ChatTokens EncodePrompt(IReadOnlyList<ChatMessage> messages, ChatRendering? rendering = null) =>
        Encode(Template(rendering ?? Defaults).Render(messages, (rendering ?? Defaults) with { AddGenerationPrompt = true }));

    /// <summary>A whole conversation, with what the model has to learn of it.</summary>
    /// <exception cref="ChatTemplateException">
    /// The template doesn't take the conversation, or it can't be told what the model writes.
    /// </exception>
    public ChatTokens EncodeConversation(IReadOnlyList<ChatMessage> messages, ChatRendering? rendering = null)
    {
        ChatRendering given = (rendering ?? Defaults) with { AddGenerationPrompt = false };
        ChatTemplate template = Template(given);
        return Encode(template.MarksGenerated ? template.Render(messages, given) : ChatTurns.Find(template, messages, given));
    }

    private ChatTemplate Template(ChatRendering rendering) =>
        _templates.For(rendering.Tools is not null) ?? throw new ChatTemplateException(
            _source, $"none of its chat templates is the default: {PlainText.List(_templates.Names)}",
            "Name one of them \"default\" in tokenizer_config.json.");

    private ChatTokens Encode(ChatText text)
    {
        TokenSpan[] tokens = _tokenizer.EncodeChat(text);
        var isGenerated = new bool[tokens.Length];
        int span = 0;
        for (int i = 0; i < tokens.Length; i++)
        {
            while (span < text.Generated.Count && text.Generated[span].End <= tokens[i].Start)
                span++;
            isGenerated[i] = span < text.Generated.Count && tokens[i].End > text.Generated[span].Start;
        }

        return new ChatTokens(text.Text, [.. tokens.Select(token => token.Id)], isGenerated);
    }
}

/// <summary>A conversation as a model takes it.</summary>
/// <param name="Text">As the template writes it.</param>
/// <param name="Ids">Its ids; the template's special tokens, and no others.</param>
/// <param name="IsGenerated">Which of them the model has to write itself.</param>
internal sealed record ChatTokens(string Text, int[] Ids, bool[] IsGenerated);
