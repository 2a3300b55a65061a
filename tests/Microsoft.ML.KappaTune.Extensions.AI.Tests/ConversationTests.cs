using Microsoft.Extensions.AI;

namespace Microsoft.ML.KappaTune.Tests;

/// <summary>Messages become the turns of a chat template, or are refused.</summary>
public class ConversationTests
{
    [Fact]
    public void Messages_are_turns_in_their_order() => Assert.Equal(
        """[{"role":"system","content":"a"},{"role":"user","content":"bc","name":"Ann"},{"role":"assistant","content":""}]""",
        Conversation.ToJson(
            [
                new(ChatRole.System, "a"),
                new(ChatRole.User, [new TextContent("b"), new TextContent("c")]) { AuthorName = "Ann" },
                new(ChatRole.Assistant, content: null),
            ],
            instructions: null));

    [Fact]
    public void Instructions_are_one_system_turn_with_what_the_system_says_anyway()
    {
        ChatMessage system = new(ChatRole.System, "Be brief."), user = new(ChatRole.User, "Hi");
        const string User = """{"role":"user","content":"Hi"}""";
        Assert.Equal($$"""[{"role":"system","content":"Rhyme."},{{User}}]""", Conversation.ToJson([user], "Rhyme."));
        Assert.Equal(
            $$"""[{"role":"system","content":"Rhyme.\n\nBe brief."},{{User}}]""", Conversation.ToJson([system, user], "Rhyme."));
        Assert.Equal($"[{User}]", Conversation.ToJson([user], ""));
        Assert.Equal("""[{"role":"system","content":"Rhyme."}]""", Conversation.ToJson([], "Rhyme."));
    }

    [Fact]
    public void What_is_not_text_is_refused_by_its_place()
    {
        AIContent[] others =
        [
            new DataContent(new byte[] { 1 }, "image/png"), new FunctionCallContent("1", "f"), new FunctionResultContent("1", "x"),
            new TextReasoningContent("I think"),
        ];
        foreach (AIContent other in others)
        {
            var error = Assert.Throws<UnsupportedRequestException>(
                () => Conversation.ToJson([new(ChatRole.User, "a"), new(ChatRole.User, [new TextContent("b"), other])], null));
            Assert.Equal($"{other.GetType().Name} of message 1", error.Asked);
        }

        Assert.Throws<ArgumentException>(() => Conversation.ToJson([null!], null));
    }
}
