using System.Collections.Concurrent;

namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>
/// How a model's conversations are written: a template in Jinja's language. Any number of threads may use it at once. It may come from
/// anyone: it sees its variables alone, and has bounds of time, memory and depth.
/// </summary>
internal sealed class ChatTemplate
{
    private const string Messages = "messages", Tools = "tools", Documents = "documents";

    private readonly string _source;
    private readonly string _place;

    // Engines that are free, each with the template read.
    private readonly ConcurrentBag<JinjaEngine> _engines;

    private ChatTemplate(string source, string place, bool marksGenerated, JinjaEngine first)
    {
        _source = source;
        _place = place;
        MarksGenerated = marksGenerated;
        _engines = [first];
    }

    /// <summary>The template as its file has it.</summary>
    public string Source => _source;

    /// <summary>Whether it says itself, with <c>{% generation %}</c>, what of a text the model writes.</summary>
    public bool MarksGenerated { get; }

    /// <param name="source">The template.</param>
    /// <param name="file">The file it is from.</param>
    /// <param name="field">Its field there; null where it is the file.</param>
    /// <exception cref="CheckpointFormatException">It isn't valid.</exception>
    public static ChatTemplate Create(string source, string file, string? field = null)
    {
        try
        {
            return new ChatTemplate(
                source, field is null ? file : $"{file}, {field}", ChatTags.MarksGenerated(source), new JinjaEngine(source));
        }
        catch (JinjaException e)
        {
            throw new CheckpointFormatException(
                file, $"the chat template can't be read ({PlainText.OneLine(e.Message)})",
                "Take the template from the model's repository again, or mend it.", field: field, innerException: e);
        }
    }

    /// <summary>Writes a conversation.</summary>
    /// <exception cref="ChatTemplateException">The template refuses the messages, fails on them, or takes too long.</exception>
    public ChatText Render(IReadOnlyList<ChatMessage> messages, ChatRendering rendering)
    {
        (string Name, JsonElement Value)[] variables =
        [
            .. rendering.Variables.Select(variable => (variable.Key, variable.Value)),
            (Messages, JsonSerializer.SerializeToElement(messages.Select(message => message.Json))),
            (Tools, rendering.Tools ?? JsonSerializer.SerializeToElement<object?>(null)),
            (Documents, rendering.Documents ?? JsonSerializer.SerializeToElement<object?>(null)),
            ("add_generation_prompt", JsonSerializer.SerializeToElement(rendering.AddGenerationPrompt)),
        ];
        try
        {
            IEnumerable<string> inputs = variables.SelectMany(variable => JinjaValues.Texts(variable.Value)).Append(_source);
            var marks = new ChatMarks(inputs, rendering.PlainTokens);
            string values = JinjaValues.Write(variables, (name, text) => IsForeign(name) ? marks.Protect(text) : text);
            return marks.Read(Render(values, marks, rendering.Clock));
        }
        catch (JinjaException e)
        {
            throw e.Fault switch
            {
                JinjaFault.Refusal => Fault(
                    $"the template refuses the conversation: {Brief(e.Message).TrimEnd('.')}", "Give it the turns that it takes.", e),
                JinjaFault.Limit => Fault(
                    $"rendering was stopped: {e.Message}", "Check the template, or give it a shorter conversation.", e),
                _ => Fault(
                    $"rendering failed ({Brief(e.Message)})",
                    "Check that the messages have what the template reads, or mend the template.", e),
            };
        }
        catch (FormatException e)
        {
            throw Fault(Brief(e.Message).TrimEnd('.'), "Change the template or the messages.", e);
        }
    }

    /// <summary>Renders in an engine that is free, or in a new one. After a failure it isn't used again.</summary>
    private string Render(string values, ChatMarks marks, TimeProvider clock)
    {
        if (!_engines.TryTake(out JinjaEngine? engine))
            engine = new JinjaEngine(_source);
        try
        {
            string text = engine.Render(values, marks.Characters, clock);
            _engines.Add(engine);
            return text;
        }
        catch (JinjaException)
        {
            engine.Dispose();
            throw;
        }
    }

    /// <summary>The error that something of this template is wrong.</summary>
    public ChatTemplateException Fault(string reason, string remedy, Exception? cause = null) => new(_place, reason, remedy, cause);

    /// <summary>Whether a variable is from users, unlike <c>eos_token</c> and its likes, which are there to be special tokens.</summary>
    private static bool IsForeign(string variable) => variable is Messages or Tools or Documents;

    private static string Brief(string message) => PlainText.Shorten(message, 400);
}
