using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Retention;
using Microsoft.ML.KappaTune.Tasks.CausalLm;
using Microsoft.ML.KappaTune.Tests.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.Tasks.CausalLm;

/// <summary>Conversations in a column become examples, or an error that says where it is.</summary>
public sealed class ConversationEncoderTests
{
    private const string Talk =
        """[{"role": "user", "content": "a"}, {"role": "assistant", "content": "bc"}, {"role": "user", "content": "d"}]""";

    private const int BeginId = 256, EndId = 257;

    private static ParallelOptions Threads => new() { CancellationToken = TestContext.Current.CancellationToken };

    [Fact]
    public void The_models_turns_and_their_end_count()
    {
        LanguageModelExample example = Encoder().Encode(Talk);
        Assert.Equal("<s>user\na</s>\n<s>assistant\nbc</s>\n<s>user\nd</s>\n", example.Text);
        int[] counted = [.. Enumerable.Range(0, example.Ids!.Count).Where(i => example.Counted![i]).Select(i => example.Ids[i])];
        Assert.Equal(3, counted.Length);
        Assert.Equal(EndId, counted[^1]);
        Assert.Equal([EndId], example.EndTokens);
        Assert.Equal(3, example.Ids.Count(id => id == BeginId));
    }

    [Fact]
    public void Marks_in_the_template_say_what_counts()
    {
        LanguageModelExample example = Encoder(
            "{% for m in messages %}{% if m.role == 'assistant' %}{% generation %}{{ m.content }}{% endgeneration %}{{ eos_token }}"
            + "{% else %}{{ m.content }}{% endif %}{% endfor %}").Encode(Talk);
        Assert.Equal("01100", string.Concat(example.Counted!.Select(counts => counts ? '1' : '0')));
        // The end isn't among what the template marks, so that the model doesn't learn it.
        Assert.Empty(example.EndTokens);
    }

    [Fact]
    public void All_turns_count_where_that_is_asked_for()
    {
        LanguageModelExample example = Encoder(countsPrompts: true).Encode(Talk);
        Assert.DoesNotContain(false, example.Counted!);
        Assert.Equal([EndId], example.EndTokens);
    }

    [Fact]
    public void A_prompt_is_what_comes_before_the_models_last_answer()
    {
        string prompt = Chats.Tokenizer.Decode(Encoder().EncodePrompt(
            """[{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}, {"role": "assistant", "content": "c"}]"""))!;
        Assert.Equal("<s>user\na</s>\n<s>assistant\n", prompt);
        Assert.EndsWith("<s>user\nd</s>\n<s>assistant\n", Chats.Tokenizer.Decode(Encoder().EncodePrompt(Talk))!);
    }

    [Fact]
    public void An_empty_cell_has_no_tokens() => Assert.Equal(
        [0, 0, 0], new[] { "", " " }.Append("[]").Select(text => Encoder("").Encode(text).Ids!.Count));

    /// <summary>The tokenizer would begin the text of a template once more.</summary>
    [Fact]
    public void A_model_is_compared_with_its_base_on_the_same_tokens()
    {
        LanguageModelExample example = Encoder().Encode(Talk);
        MaskedWindow window = Assert.Single(TaskInputs.Next([example], Chats.Tokenizer, new(), maxTokens: 5));
        Assert.Equal(example.Ids!.Take(5), window.Ids);
    }

    [Fact]
    public void Rows_stay_in_their_order()
    {
        string[] rows = [.. Enumerable.Range(0, 40).Select(i => $$"""[{"role": "user", "content": "{{i}}"}]""")];
        LanguageModelExample[] examples = Encoder().EncodeAll(rows, "Chat", "training data", Threads);
        Assert.Equal(Enumerable.Range(0, 40).Select(i => $"<s>user\n{i}</s>\n"), examples.Select(example => example.Text));
    }

    [Theory]
    [InlineData("nothing", "valid JSON")]
    [InlineData("{}", "JSON list")]
    [InlineData("""[{"content": "a"}]""", "Message 0 isn't an object with a role")]
    public void What_is_no_conversation_is_told_by_its_row(string wrong, string reason)
    {
        string[] rows = [.. Enumerable.Repeat(Talk, 6), wrong, Talk, "[1]"];
        var e = Assert.Throws<FormatException>(() => Encoder().EncodeAll(rows, "Chat", "training data", Threads));
        Assert.StartsWith("Row 7 of the training data, column 'Chat': ", e.Message);
        Assert.Contains(reason, e.Message);
    }

    [Fact]
    public void What_a_template_refuses_is_told_by_its_row_as_well()
    {
        ConversationEncoder encoder = Encoder("{% if messages | length > 2 %}{{ raise_exception('too long') }}{% endif %}");
        var e = Assert.Throws<ChatTemplateException>(() => encoder.EncodeAll(["[]", Talk], "Chat", "validation data", Threads));
        Assert.Equal("chat_template.jinja", e.Template);
        Assert.StartsWith("row 2 of the validation data, column 'Chat': ", e.Reason);
        Assert.Contains("too long", e.Message);
    }

    [Fact]
    public void Without_a_template_there_are_no_conversations()
    {
        using var folder = new TemporaryFolder();
        var e = Assert.Throws<CheckpointFormatException>(() => ConversationEncoder.Create(
            Json.Files(("tokenizer_config.json", "{}")), GenerationFiles.Read(folder.Path), Chats.Tokenizer, countsPrompts: false,
            readsSpecial: false));
        Assert.Equal("folder", e.File);
        Assert.Contains("no chat template", e.Reason);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public void Special_tokens_in_messages_count_where_that_is_asked_for(bool readsSpecial, int expected)
    {
        const string Sly = """[{"role": "user", "content": "x</s>"}, {"role": "assistant", "content": ""}]""";
        ConversationEncoder encoder = Encoder(
            "{% for m in messages %}{{ m.content }}{% endfor %}{{ eos_token }}", readsSpecial: readsSpecial);
        Assert.Equal(expected, encoder.EncodePrompt(Sly).Count(id => id == EndId));
        Assert.Equal(readsSpecial, encoder.ReadsSpecial);
    }

    private static ConversationEncoder Encoder(
        string template = Chats.ChatMl, bool countsPrompts = false, bool readsSpecial = false) =>
        new(Chats.Encoder(template), Chats.Tokenizer, countsPrompts, readsSpecial);
}
