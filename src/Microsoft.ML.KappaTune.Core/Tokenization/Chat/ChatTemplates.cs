namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>The chat templates of a model, by name. Most have one, the default.</summary>
internal sealed class ChatTemplates
{
    public const string DefaultName = "default", ToolName = "tool_use";

    /// <summary>The folder, in a model's, of templates that have names.</summary>
    public const string Folder = "additional_chat_templates";

    private const string Field = "chat_template";

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Dictionary<string, ChatTemplate> _byName;

    private ChatTemplates(Dictionary<string, ChatTemplate> byName) => _byName = byName;

    public IReadOnlyCollection<string> Names => _byName.Keys;

    /// <summary>The template that counts where none is named, for tools the one for tools; null where there is no default.</summary>
    public ChatTemplate? For(bool hasTools) =>
        (hasTools ? _byName.GetValueOrDefault(ToolName) : null) ?? _byName.GetValueOrDefault(DefaultName);

    public ChatTemplate? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>One template, from elsewhere than a model's folder.</summary>
    public static ChatTemplates From(ChatTemplate template) => new(new(StringComparer.Ordinal) { [DefaultName] = template });

    /// <summary>
    /// Reads them: <c>chat_template.jinja</c> and <c>additional_chat_templates/NAME.jinja</c> where there is one of these, else the field
    /// of <c>tokenizer_config.json</c>. Null where the model has none.
    /// </summary>
    /// <param name="files">The files with the tokenizer's, among them the first two.</param>
    /// <param name="folder">Where to look for additional ones; null for nowhere.</param>
    /// <exception cref="CheckpointFormatException">A template isn't valid.</exception>
    public static ChatTemplates? Read(TokenizerFiles files, string? folder = null) =>
        Read(files, FindNamed(folder).Select(file => (file, TokenizerFiles.ReadFile(file))));

    /// <inheritdoc cref="Read(TokenizerFiles, string?)"/>
    /// <param name="files">The files with the tokenizer's, among them the first and the last.</param>
    /// <param name="named">The additional ones, by their files.</param>
    public static ChatTemplates? Read(TokenizerFiles files, IEnumerable<(string File, byte[] Content)> named)
    {
        var byName = new Dictionary<string, ChatTemplate>(StringComparer.Ordinal);
        if (files.Content.TryGetValue(TokenizerFiles.ChatTemplate, out byte[]? bytes))
            byName[DefaultName] = Create(files.PathOf(TokenizerFiles.ChatTemplate), bytes);
        foreach ((string file, byte[] content) in named)
            byName[Path.GetFileNameWithoutExtension(file)] = Create(file, content);
        if (byName.Count == 0 && files.Content.TryGetValue(TokenizerFiles.TokenizerConfig, out byte[]? config))
        {
            string path = files.PathOf(TokenizerFiles.TokenizerConfig);
            if (JsonField.Parse(path, config).Find(Field) is { } given)
                ReadField(given, byName);
        }

        return byName.Count == 0 ? null : new ChatTemplates(byName);
    }

    /// <summary>A template, or a list of named ones.</summary>
    private static void ReadField(JsonField given, Dictionary<string, ChatTemplate> byName)
    {
        if (given.Kind == JsonValueKind.String)
        {
            byName[DefaultName] = ChatTemplate.Create(given.Text(), given.File, given.Path);
            return;
        }

        foreach (JsonField item in given.Items())
        {
            JsonField name = item.Get("name"), template = item.Get("template");
            if (!byName.TryAdd(name.Text(), ChatTemplate.Create(template.Text(), template.File, template.Path)))
                throw name.Fault("the name is there twice");
        }
    }

    /// <summary>The files of a model's folder with templates that have names, in the order of these.</summary>
    public static IEnumerable<string> FindNamed(string? folder)
    {
        if (folder is null || !Directory.Exists(Path.Combine(folder, Folder)))
            return [];
        var found = new CheckpointFolder(folder);
        return Directory.EnumerateFiles(Path.Combine(folder, Folder), "*.jinja").Order(StringComparer.Ordinal)
            .Select(file => found.Find(Path.Combine(Folder, Path.GetFileName(file)))).OfType<string>();
    }

    private static ChatTemplate Create(string file, byte[] bytes)
    {
        try
        {
            return ChatTemplate.Create(Strict.GetString(JsonFile.WithoutMark(bytes).Span), file);
        }
        catch (DecoderFallbackException e)
        {
            throw new CheckpointFormatException(file, "it isn't UTF-8 text", JsonFile.Remedy, innerException: e);
        }
    }
}
