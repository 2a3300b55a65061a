using System.Text.Json;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.Tokenization;

/// <summary>What a template may do, how long, and what is said where it can't.</summary>
public sealed class ChatTemplateTests
{
    [Theory]
    [InlineData("{% for m in messages %}")]
    [InlineData("{{ 1 +")]
    [InlineData("{% no_such_statement %}")]
    [InlineData("{{ x is divisibleby 3 }}")]
    public void A_template_that_is_not_valid_is_refused_by_file_and_field(string source)
    {
        var fault = Assert.Throws<CheckpointFormatException>(() => ChatTemplate.Create(source, "tokenizer_config.json", "chat_template"));
        Assert.Equal(("tokenizer_config.json", "chat_template"), (fault.File, fault.Field));
        Assert.Contains("can't be read", fault.Reason);
        Assert.NotNull(fault.InnerException);
    }

    [Fact]
    public void What_a_template_refuses_is_said_in_its_words()
    {
        ChatTemplate template = Chats.Template("{{ raise_exception('Only ' ~ 2 ~ ' turns.') }}");
        var fault = Assert.Throws<ChatTemplateException>(() => template.Render(Chats.Turns("a"), new()));
        Assert.Equal("the template refuses the conversation: Only 2 turns", fault.Reason);
        Assert.StartsWith("chat_template.jinja: ", fault.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string> Hostile() =>
    [
        "{% set ns = namespace(x='ab') %}{% for i in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
        "{{ 'ab' * 1000000000 }}",
        "{{ 'a\nb' | indent(1000000000) }}",
        "{{ [1, 2] | tojson(indent=1000000000) }}",
        "{{ range(100000000) | list | length }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{{ x.a.b.c }}",
    ];

    [Theory]
    [MemberData(nameof(Hostile))]
    public void A_hostile_template_ends_with_a_typed_error(string source) =>
        Assert.Throws<ChatTemplateException>(() => Chats.Render(source));

    [Theory]
    [InlineData("(", ")")]
    [InlineData("[", "]")]
    [InlineData("not ", "")]
    public void A_deep_template_ends_with_a_typed_error(string open, string close)
    {
        string source = $"{{{{ {string.Concat(Enumerable.Repeat(open, 5_000))}1{string.Concat(Enumerable.Repeat(close, 5_000))} }}}}";
        Assert.Throws<CheckpointFormatException>(() => Chats.Template(source));
        source = string.Concat(Enumerable.Repeat("{% if true %}", 5_000)) + string.Concat(Enumerable.Repeat("{% endif %}", 5_000));
        Assert.Throws<CheckpointFormatException>(() => Chats.Template(source));
    }

    [Fact]
    public void A_template_reaches_nothing_outside()
    {
        Assert.Equal("||", Chats.Render("{{ System }}|{{ process }}|{{ messages.constructor }}"));
        Assert.Throws<ChatTemplateException>(() => Chats.Render("{{ ''.constructor.constructor('return 1')() }}"));
    }

    [Fact]
    public void Many_threads_use_one_template()
    {
        ChatTemplate template = Chats.Template(Chats.ChatMl);
        Parallel.For(0, 64, new ParallelOptions { CancellationToken = TestContext.Current.CancellationToken }, i =>
            Assert.Equal($"<s>user\n{i}</s>\n", template.Render(Chats.Turns($"{i}"), new()).Text));
        // And again after one of its uses failed.
        Assert.Throws<ChatTemplateException>(
            () => template.Render(ChatMessage.ParseList("""[{"role": "user", "content": 9007199254740993}]"""), new()));
        Assert.Equal("<s>user\nx</s>\n", template.Render(Chats.Turns("x"), new()).Text);
    }

    [Fact]
    public void Generation_tags_keep_the_control_of_white_space()
    {
        const string Source =
            "{% for m in messages %}\n{% if m.role == 'assistant' %}\n  {%- generation -%}\n  {{ m.content }}\n  {%- endgeneration %}\n|"
            + "{% else %}\n{{ m.content }}\n{% endif %}\n{% endfor %}";
        ChatTemplate template = Chats.Template(Source);
        Assert.True(template.MarksGenerated);
        ChatText text = template.Render(Chats.Turns("q", "an swer", "r", ""), new());
        Assert.Equal("q\nan swer|r\n|", text.Text);
        Assert.Equal("an swer", Chats.Generated(text));
        // Characters that mark places are others than those of the texts.
        Assert.Equal("\ue000\ue001\ue002", Chats.Generated(template.Render(Chats.Turns("\ue003", "\ue000\ue001\ue002"), new())));
    }

    [Fact]
    public void Numbers_that_a_template_would_change_are_refused()
    {
        var variables = Chats.Members("""{"x": 9007199254740993}""");
        var fault = Assert.Throws<ChatTemplateException>(() => Chats.Template("{{ x }}").Render([], new() { Variables = variables }));
        Assert.Contains("9007199254740993", fault.Message);
    }

    [Fact]
    public void Tools_and_documents_are_null_where_there_are_none()
    {
        const string Source = "{{ tools is none }}{{ documents is none }}{{ tools is defined }}{{ documents | tojson }}";
        Assert.Equal("TrueTrueTruenull", Chats.Render(Source));
        var documents = JsonSerializer.SerializeToElement(new[] { new { title = "t" } });
        Assert.Equal("""TrueFalseTrue[{"title": "t"}]""", Chats.Template(Source).Render([], new() { Documents = documents }).Text);
    }

    [Theory]
    [InlineData("{}", "no JSON list")]
    [InlineData("[", "aren't valid JSON")]
    [InlineData("""[{"role": "user"}, {"content": "x"}]""", "Message 1")]
    [InlineData("[1]", "Message 0")]
    public void Messages_that_are_none_are_refused(string json, string expected) =>
        Assert.Contains(expected, Assert.Throws<FormatException>(() => ChatMessage.ParseList(json)).Message);
}
