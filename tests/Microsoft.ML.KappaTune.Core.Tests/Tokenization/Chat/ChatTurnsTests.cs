using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.Tokenization;

/// <summary>What the model writes, where the template doesn't say it.</summary>
public sealed class ChatTurnsTests
{
    [Fact]
    public void An_answer_goes_from_its_prompt_to_its_end_token()
    {
        ChatText text = ChatTurns.Find(Chats.Template(Chats.ChatMl), Chats.Turns("q", "first\n", "r", "second"), new());
        Assert.Equal("<s>user\nq</s>\n<s>assistant\nfirst\n</s>\n<s>user\nr</s>\n<s>assistant\nsecond</s>\n", text.Text);
        Assert.Equal("first\n</s>|second</s>", Chats.Generated(text));
    }

    [Fact]
    public void A_prompt_may_go_on_with_what_an_answer_lacks()
    {
        const string Source = "{% for m in messages %}[{{ m.role }}]{{ m.content }}</s>{% endfor %}"
            + "{% if add_generation_prompt %}[assistant]<think>{% endif %}";
        Assert.Equal("yes</s>", Chats.Generated(ChatTurns.Find(Chats.Template(Source), Chats.Turns("q", "yes"), new())));
    }

    [Fact]
    public void A_template_without_a_prompt_gives_whole_turns()
    {
        const string Source = "{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}";
        ChatText text = ChatTurns.Find(Chats.Template(Source), Chats.Turns("q", "yes", "r", "no"), new());
        Assert.Equal("[assistant]yes|[assistant]no", Chats.Generated(text));
    }

    [Theory]
    // It leaves earlier thoughts out.
    [InlineData("{% for m in messages %}[{{ m.role }}]{{ m.content if loop.last else m.content.split('#')[-1] }}{% endfor %}", "message 1")]
    // It says how many turns there are.
    [InlineData("{{ messages | length }}{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}", "message 1")]
    // It takes no conversation that ends with the user.
    [InlineData("{% if messages[-1].role == 'user' %}{{ raise_exception('No.') }}{% endif %}{{ messages }}", "first 1 of 4")]
    public void A_template_that_rewrites_earlier_turns_is_named(string source, string expected)
    {
        var fault = Assert.Throws<ChatTemplateException>(
            () => ChatTurns.Find(Chats.Template(source), Chats.Turns("q", "thought#yes", "r", "thought#no"), new()));
        Assert.Contains(expected, fault.Message);
        Assert.Contains("{% generation %}", fault.Remedy);
        Assert.Equal("chat_template.jinja", fault.Template);
    }

    [Fact]
    public void A_conversation_without_answers_has_nothing_to_learn() =>
        Assert.Empty(ChatTurns.Find(Chats.Template(Chats.ChatMl), Chats.Turns("q"), new()).Generated);
}
