using Microsoft.Extensions.AI;

namespace Microsoft.ML.KappaTune.Tests;

/// <summary>A language model of some thousand random weights with a chat template, which never ends by itself.</summary>
internal sealed class TinyChat : IDisposable
{
    public const string Endless = """{"eos_token_id": []}""";

    private const string Template =
        "{% for m in messages %}{{ m.role }} {% if m.name %}{{ m.name }} {% endif %}{{ m.content }} {% endfor %}";

    private readonly TemporaryFolder _folder = new();

    /// <param name="generation">Its <c>generation_config.json</c>.</param>
    /// <param name="template">Its chat template; null for none.</param>
    public TinyChat(string generation = Endless, string? template = Template)
    {
        string path = TinyDecoder.Write(_folder, "model", TinyDecoder.Config with { MaxTokens = 64 });
        File.WriteAllText(Path.Combine(path, "generation_config.json"), generation);
        if (template is not null)
            File.WriteAllText(Path.Combine(path, "chat_template.jinja"), template);
        Generator = TextGenerator.Load(path, "cpu");
    }

    public TextGenerator Generator { get; }

    public static List<ChatMessage> Messages { get; } = [new(ChatRole.System, "we think"), new(ChatRole.User, "was it a good film ?")];

    /// <summary>Draws, so that texts have several words.</summary>
    public static ChatOptions Drawn => new() { MaxOutputTokens = 20, Temperature = 2, Seed = 5 };

    /// <summary>What the generator itself answers to the messages, with the same options.</summary>
    public GeneratedPiece[] Answer(int maxTokens = 20, params string[] stop) =>
    [
        .. Generator.Answer(
            """[{"role": "system", "content": "we think"}, {"role": "user", "content": "was it a good film ?"}]""",
            new() { MaxTokens = maxTokens, Temperature = 2, Seed = 5, Stop = stop }, TestContext.Current.CancellationToken),
    ];

    public static string TextOf(IEnumerable<GeneratedPiece> pieces) => string.Concat(pieces.Select(piece => piece.Text));

    public void Dispose()
    {
        Generator.Dispose();
        _folder.Dispose();
    }
}
