using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.Tokenization;

/// <summary>Conversations as ids: which tokens are special, and which the model has to write.</summary>
public sealed class ChatEncoderTests
{
    private const int BeginId = 256, EndId = 257, ThinkId = 259;

    [Fact]
    public void The_template_writes_the_special_tokens_and_nothing_adds_others()
    {
        int[] ids = Chats.Encoder("{{ bos_token }}{% for m in messages %}{{ m.content }}{{ eos_token }}{% endfor %}")
            .EncodePrompt(Chats.Turns("ab")).Ids;
        Assert.Equal([BeginId, 'a', 'b', EndId], ids.Select(Printed));
    }

    [Theory]
    [InlineData("x</s>y")]
    [InlineData("<s></s><s>")]
    [InlineData("a<")]
    [InlineData("</s")]
    public void Special_tokens_in_messages_are_plain_text(string content)
    {
        ChatEncoder encoder = Chats.Encoder(Chats.ChatMl);
        ChatTokens tokens = encoder.EncodeConversation(Chats.Turns(content, "ok"));
        Assert.Equal($"<s>user\n{content}</s>\n<s>assistant\nok</s>\n", tokens.Text);
        Assert.Equal(2, tokens.Ids.Count(id => id == BeginId));
        Assert.Equal(2, tokens.Ids.Count(id => id == EndId));
        Assert.Equal(tokens.Text, Chats.Tokenizer.Decode(tokens.Ids));
    }

    [Fact]
    public void Parts_of_messages_do_not_become_a_special_token_together()
    {
        ChatEncoder encoder = Chats.Encoder("{% for m in messages %}{{ m.content }}{% endfor %}");
        Assert.DoesNotContain(EndId, encoder.EncodePrompt(Chats.Turns("</", "s>", "<", "/s>")).Ids);
        Assert.DoesNotContain(EndId, encoder.EncodePrompt(Chats.Turns("</s", ">")).Ids);
    }

    [Fact]
    public void Special_tokens_in_messages_count_where_that_is_asked_for()
    {
        ChatEncoder encoder = Chats.Encoder("{{ messages[0].content }}");
        ChatTokens tokens = encoder.EncodePrompt(Chats.Turns("x</s>"), encoder.Defaults with { PlainTokens = [] });
        Assert.Equal(['x', EndId], tokens.Ids.Select(Printed));
    }

    [Fact]
    public void Added_tokens_that_are_not_special_count_everywhere() =>
        Assert.Contains(ThinkId, Chats.Encoder("{{ messages[0].content }}").EncodePrompt(Chats.Turns("a<think>b")).Ids);

    [Fact]
    public void Plain_text_survives_what_a_template_does_to_it()
    {
        const string Source =
            "{{ messages[0].content | trim | upper }}|{{ messages[0].content | tojson(ensure_ascii=true) }}|{{ messages }}";
        ChatTokens tokens = Chats.Encoder(Source).EncodePrompt(Chats.Turns(" é</s> "));
        Assert.Equal("É</S>|\" \\u00e9</s> \"|[{'role': 'user', 'content': ' é</s> '}]", tokens.Text);
        Assert.DoesNotContain(EndId, tokens.Ids);
    }

    [Fact]
    public void What_tokens_a_span_touches_count()
    {
        ChatEncoder encoder = Chats.Encoder("{% for m in messages %}{% if m.role == 'user' %}{{ m.content }}{% else %}"
            + "{% generation %}{{ m.content }}{{ eos_token }}{% endgeneration %}\n{% endif %}{% endfor %}");
        ChatTokens tokens = encoder.EncodeConversation(Chats.Turns("q", "é", "r", "z"));
        // Of each answer its bytes and the end token.
        Assert.Equal("0111" + "011", string.Concat(tokens.IsGenerated.Select(counts => counts ? '1' : '0')));
    }

    /// <summary>Of a part that ends with what no token stands for, nothing after it counts; nor where it is nothing else.</summary>
    [Theory]
    [InlineData("abc", "001", "a", " ", "b", "c ")]
    [InlineData("abc", "010", "a", "b  ", "c", "  ")]
    [InlineData("ab", "10", "", "a", "b", " ")]
    [InlineData("ab", "10", " ", " a ", "b")]
    public void A_part_ends_at_its_last_token(string words, string expected, params string[] contents)
    {
        HuggingFaceTokenizer tokenizer = Json.Tokenizer(
            Json.WordPiece("[UNK]", "a", "b", "c"), """ "pre_tokenizer": {"type": "BertPreTokenizer"} """);
        ChatTemplate template = Chats.Template("{% for m in messages %}{% if m.role == 'assistant' %}"
            + "{% generation %}{{ m.content }}{% endgeneration %}{% else %}{{ m.content }}{% endif %} {% endfor %}");
        ChatTokens tokens = new ChatEncoder(ChatTemplates.From(template), tokenizer, "folder").EncodeConversation(Chats.Turns(contents));
        Assert.Equal(words, string.Concat(tokens.Ids.Select(tokenizer.TokenOf)));
        Assert.Equal(expected, string.Concat(tokens.IsGenerated.Select(counts => counts ? '1' : '0')));
    }

    [Fact]
    public void A_template_that_marks_answers_only_in_a_comment_marks_none()
    {
        const string Comment = "{# Put {% generation %} and {% endgeneration %}\n around answers. #}";
        ChatTokens tokens = Chats.Encoder(Comment + Chats.ChatMl).EncodeConversation(Chats.Turns("q", "ok"));
        ChatTokens plain = Chats.Encoder(Chats.ChatMl).EncodeConversation(Chats.Turns("q", "ok"));
        Assert.Equal(plain.Ids, tokens.Ids);
        Assert.Equal(plain.IsGenerated, tokens.IsGenerated);
        Assert.Equal(3, tokens.IsGenerated.Count(counts => counts));
    }

    // ASCII is itself in the tokenizer of bytes, but not by its id.
    private static int Printed(int id) => id < 256 && Chats.Tokenizer.TokenOf(id) is [var c] ? c : id;
}
