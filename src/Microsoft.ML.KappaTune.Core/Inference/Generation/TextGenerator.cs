using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune;

/// <summary>
/// A language model that goes on with texts, and answers in conversations. Any number of threads may use it at once, each with a text of
/// its own. Dispose it to free the model's memory; texts that are being written meanwhile end with an
/// <see cref="ObjectDisposedException"/>.
/// </summary>
public sealed class TextGenerator : IDisposable
{
    private readonly LanguageGenerator _generator;
    private readonly HuggingFaceTokenizer _tokenizer;
    private readonly GenerationConfig _config;
    private readonly ChatEncoder? _chat;
    private readonly string _source;

    /// <param name="generator">The model; disposed with this.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="config">How it writes where nothing else is said.</param>
    /// <param name="chat">Its chat template; null for none.</param>
    /// <param name="source">What errors call it.</param>
    internal TextGenerator(
        LanguageGenerator generator, HuggingFaceTokenizer tokenizer, GenerationConfig config, ChatEncoder? chat, string source)
    {
        _generator = generator;
        _tokenizer = tokenizer;
        _config = config;
        _chat = chat;
        _source = source;
    }

    /// <summary>How the model's files say that it writes; <see cref="GenerationOptions"/>' own defaults where they say nothing.</summary>
    public GenerationOptions Defaults => _config.Options;

    /// <summary>Tokens of the longest text, prompt and what is written together.</summary>
    public int ContextLength => _generator.MaxTokens;

    /// <summary>
    /// What to know about the files that it was loaded from: fields that nobody knows, by which other programs may compute something else.
    /// </summary>
    public IReadOnlyList<string> Warnings { get; private init; } = [];

    /// <summary>Whether the model has a chat template, which <see cref="Answer"/> needs.</summary>
    public bool HasChatTemplate => _chat is not null;

    /// <summary>
    /// Loads a model. Its chat template may come from anyone: it reaches nothing outside, and its time and memory have bounds.
    /// </summary>
    /// <param name="model">A folder in Hugging Face layout, its file of weights, or a GGUF file.</param>
    /// <param name="device"><c>auto</c> (the first GPU, else the CPU), <c>cpu</c>, <c>cuda</c> or <c>cuda:0</c>.</param>
    /// <param name="adapter">
    /// The folder of an adapter that was trained on the model, as PEFT saves it; it is merged. Where the folder has a tokenizer, that one
    /// counts, with its chat template. Null for none.
    /// </param>
    /// <exception cref="CheckpointFormatException">The model or the adapter can't be read, or one isn't of the other.</exception>
    /// <exception cref="ArgumentException">There is no such device.</exception>
    public static TextGenerator Load(string model, string device = "auto", string? adapter = null)
    {
        using Checkpoint checkpoint = Checkpoint.Open(model);
        DecoderConfig decoder = DecoderConfig.Read(checkpoint);
        // Trainers save the tokenizer beside an adapter, with the chat template that it learnt by.
        string? beside = adapter is not null && TokenizerFiles.AreIn(adapter) ? adapter : null;
        TokenizerFiles files = beside is null ? TokenizerFiles.Read(checkpoint) : TokenizerFiles.Read(beside, checkpoint.Config);
        var tokenizer = HuggingFaceTokenizer.Create(files, decoder.VocabularySize);
        var generation = GenerationFiles.Read(checkpoint);
        GenerationConfig config = generation.ReadConfig(decoder.EndTokenIds);
        ChatTemplates? templates = beside is null ? generation.ReadTemplates(files) : ChatTemplates.Read(files, beside);
        ChatEncoder? chat = templates is null ? null : new ChatEncoder(templates, tokenizer, files.Source);
        CausalLanguageModel language = LoadModel(checkpoint, decoder, DeviceName.Parse(device), adapter);
        return new TextGenerator(new LanguageGenerator(language, tokenizer, config.EndTokens), tokenizer, config, chat, model)
        {
            Warnings = [.. UnknownFields.OfModel(checkpoint), .. AdapterWarnings.Of(adapter, checkpoint)],
        };
    }

    /// <summary>
    /// Goes on with a text, and gives what is written as it comes, with the blank before its first word; the last piece says why it ended.
    /// </summary>
    /// <param name="prompt">The text. Special tokens in it are read as such.</param>
    /// <param name="options">How; null for <see cref="Defaults"/>.</param>
    /// <param name="cancellationToken">Ends it before the next token.</param>
    /// <exception cref="ArgumentException">An option isn't allowed, or the prompt is too long.</exception>
    public IEnumerable<GeneratedPiece> Generate(
        string prompt, GenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return _generator.Continue(Encode(prompt), options ?? Defaults, cancellationToken);
    }

    /// <summary>Answers in a conversation, through the model's chat template.</summary>
    /// <param name="messages">
    /// A JSON list of the turns so far: <c>[{"role": "user", "content": "Hello"}]</c>. Special tokens in them are plain text.
    /// </param>
    /// <param name="options">How; null for <see cref="Defaults"/>.</param>
    /// <param name="cancellationToken">Ends it before the next token.</param>
    /// <exception cref="FormatException">The messages aren't such a list.</exception>
    /// <exception cref="ChatTemplateException">The template doesn't take the messages.</exception>
    /// <exception cref="InvalidOperationException">The model has no chat template.</exception>
    /// <exception cref="ArgumentException">An option isn't allowed, or the conversation is too long.</exception>
    public IEnumerable<GeneratedPiece> Answer(
        string messages, GenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        if (_chat is null)
        {
            throw new InvalidOperationException(
                $"{_source}: the model has no chat template. Add its chat_template.jinja, or go on with a text instead.");
        }

        int[] ids = _chat.EncodePrompt(ChatMessage.ParseList(messages)).Ids;
        return _generator.Generate(ids, options ?? Defaults, cancellationToken);
    }

    /// <summary>Frees the model.</summary>
    public void Dispose() => _generator.Dispose();

    /// <summary>
    /// Writes what follows one of many prompts, to its end. Of what is too long the beginning is cut, but for the token that begins a
    /// text: so that there is room for the tokens that are asked for, or half of the context where these are more. Behind a prompt without
    /// tokens nothing is written.
    /// </summary>
    /// <param name="prompt">The ids of the prompt, with all special tokens.</param>
    /// <param name="isAnswer">Whether it is a text of its own, and doesn't go on with the prompt's.</param>
    internal (string Text, bool IsCut) GenerateRow(int[] prompt, bool isAnswer, GenerationOptions options)
    {
        int excess = prompt.Length - (ContextLength - Math.Min(options.MaxTokens, ContextLength / 2));
        if (excess > 0)
        {
            int first = _tokenizer.BeginId >= 0 && prompt[0] == _tokenizer.BeginId ? 1 : 0;
            prompt = [.. prompt[..first], .. prompt[(first + excess)..]];
        }

        if (prompt.Length == 0)
            return ("", false);
        IEnumerable<GeneratedPiece> pieces = isAnswer ? _generator.Generate(prompt, options) : _generator.Continue(prompt, options);
        return (string.Concat(pieces.Select(piece => piece.Text)), excess > 0);
    }

    /// <summary>The ids of a text that goes on: with the token that begins one, once, and without one that would end it.</summary>
    internal int[] Encode(string prompt)
    {
        int[] ids = _tokenizer.Encode(prompt).Ids;
        if (_tokenizer.BeginsTwice(ids))
            ids = ids[1..];
        bool isEnded = ids is [.., var last] && last == _tokenizer.TrailingId && _tokenizer.TokenOf(last) is { } end
            && !prompt.EndsWith(end, StringComparison.Ordinal);
        return isEnded ? ids[..^1] : ids;
    }

    private static CausalLanguageModel LoadModel(Checkpoint checkpoint, DecoderConfig config, Device device, string? adapter)
    {
        CausalLanguageModel model = CausalLanguageModel.Load(checkpoint, config, device: device);
        if (adapter is null)
            return model;
        try
        {
            using LoraAdapters adapters = LoraAdapters.Load(model, adapter);
            adapters.Merge();
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}
