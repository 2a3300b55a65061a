using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tasks.CausalLm;

/// <summary>
/// Makes examples of conversations through a model's chat template: what the model writes itself counts, or all. Any number of threads may
/// use it at once.
/// </summary>
/// <param name="countsPrompts">Whether the turns of others count as well.</param>
/// <param name="readsSpecial">Whether special tokens' texts within messages are these tokens, and not plain text.</param>
internal sealed class ConversationEncoder(ChatEncoder chat, HuggingFaceTokenizer tokenizer, bool countsPrompts, bool readsSpecial)
{
    private readonly ChatRendering _rendering = readsSpecial ? chat.Defaults with { PlainTokens = [] } : chat.Defaults;

    /// <summary>Whether special tokens' texts within messages are these tokens, and not plain text.</summary>
    public bool ReadsSpecial { get; } = readsSpecial;

    /// <param name="files">The tokenizer's, with the usual template.</param>
    /// <param name="generation">What has the templates with names.</param>
    /// <param name="countsPrompts">Whether the turns of others count as well.</param>
    /// <param name="readsSpecial">What <see cref="ReadsSpecial"/> is.</param>
    /// <exception cref="CheckpointFormatException">There is no template, or one isn't valid.</exception>
    public static ConversationEncoder Create(
        TokenizerFiles files, GenerationFiles generation, HuggingFaceTokenizer tokenizer, bool countsPrompts, bool readsSpecial)
    {
        ChatTemplates templates = generation.ReadTemplates(files) ?? throw new CheckpointFormatException(
            files.Source, "it has no chat template, through which conversations become texts",
            $"Add {TokenizerFiles.ChatTemplate} of the model's repository, or tune on prompts and completions.");
        return new(new ChatEncoder(templates, tokenizer, files.Source), tokenizer, countsPrompts, readsSpecial);
    }

    /// <summary>A whole conversation.</summary>
    /// <param name="messages">A JSON list of turns, <c>[{"role": "user", "content": "Hello"}]</c>; empty for none.</param>
    /// <exception cref="FormatException">It isn't such a list.</exception>
    /// <exception cref="ChatTemplateException">The template doesn't take the turns, or what the model wrote can't be told.</exception>
    public LanguageModelExample Encode(string messages)
    {
        if (string.IsNullOrWhiteSpace(messages))
            return LanguageModelExample.OfTokens([], [], "");
        ChatTokens tokens = chat.EncodeConversation(ChatMessage.ParseList(messages), _rendering);
        bool[] counted = countsPrompts ? [.. tokens.Ids.Select(_ => true)] : tokens.IsGenerated;
        int[] ends = [.. Enumerable.Range(0, tokens.Ids.Length).Where(i => IsEnd(tokens, i)).Select(i => tokens.Ids[i]).Distinct()];
        return LanguageModelExample.OfTokens(tokens.Ids, counted, tokens.Text) with { EndTokens = ends };
    }

    /// <summary>Makes examples of rows, in their order.</summary>
    /// <param name="column">The name of the rows' column.</param>
    /// <param name="data">What errors call the rows.</param>
    /// <exception cref="FormatException">A conversation is wrong; the message names the first row that has one.</exception>
    public LanguageModelExample[] EncodeAll(IReadOnlyList<string> rows, string column, string data, ParallelOptions parallel)
    {
        var examples = new LanguageModelExample[rows.Count];
        var faults = new FormatException?[rows.Count];
        Parallel.For(0, rows.Count, parallel, (i, loop) =>
        {
            try
            {
                examples[i] = Encode(rows[i]);
            }
            catch (FormatException e)
            {
                // All rows before it are still done, so that the first fault is always the same.
                faults[i] = e;
                loop.Break();
            }
        });
        int wrong = Array.FindIndex(faults, fault => fault is not null);
        return wrong < 0 ? examples : throw At($"row {wrong + 1} of the {data}, column '{column}'", faults[wrong]!);
    }

    /// <summary>The conversation up to where the model's last answer begins; answers at its end are left out.</summary>
    /// <inheritdoc cref="Encode" path="/param"/>
    /// <exception cref="FormatException">It isn't such a list.</exception>
    /// <exception cref="ChatTemplateException">The template doesn't take the turns.</exception>
    public int[] EncodePrompt(string messages)
    {
        IReadOnlyList<ChatMessage> turns = ChatMessage.ParseList(messages);
        int count = turns.Count;
        while (count > 0 && turns[count - 1].Role == ChatMessage.Assistant)
            count--;
        return chat.EncodePrompt([.. turns.Take(count)], _rendering).Ids;
    }

    /// <summary>The same error, with the place of what is wrong.</summary>
    /// <param name="place">The place, which begins with a small letter.</param>
    public static FormatException At(string place, FormatException fault) => fault is ChatTemplateException of
        ? new ChatTemplateException(of.Template, $"{place}: {of.Reason}", of.Remedy, of)
        : new FormatException($"{char.ToUpperInvariant(place[0])}{place[1..]}: {fault.Message}", fault);

    /// <summary>Whether a token ends what the model writes, and is one by which it can be told to stop.</summary>
    private bool IsEnd(ChatTokens tokens, int place) => tokens.IsGenerated[place]
        && (place + 1 == tokens.Ids.Length || !tokens.IsGenerated[place + 1]) && tokenizer.IsSpecial(tokens.Ids[place]);
}
