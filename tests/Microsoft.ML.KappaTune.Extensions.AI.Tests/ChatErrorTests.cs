using Microsoft.Extensions.AI;

namespace Microsoft.ML.KappaTune.Tests;

/// <summary>What is wrong with a conversation or a model is said by the exceptions of the model itself; nothing is left behind.</summary>
[Collection(nameof(ProcessSettings))]
public class ChatErrorTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void A_client_needs_a_chat_template()
    {
        using var chat = new TinyChat(template: null);
        Assert.Contains("chat_template.jinja", Assert.Throws<InvalidOperationException>(() => chat.Generator.AsIChatClient()).Message);
    }

    [Fact]
    public async Task What_the_template_refuses_and_what_is_too_long_is_said()
    {
        using var chat = new TinyChat(template: "{% if messages[0].role == 'system' %}{{ raise_exception('No system.') }}{% endif %}we");
        using IChatClient client = chat.Generator.AsIChatClient();
        var error = await Assert.ThrowsAsync<ChatTemplateException>(() => client.GetResponseAsync(TinyChat.Messages, null, Cancellation));
        Assert.Contains("No system.", error.Message);

        using var other = new TinyChat();
        using IChatClient full = other.Generator.AsIChatClient();
        string text = string.Join(' ', Enumerable.Repeat("good", 100));
        var tooLong = await Assert.ThrowsAsync<ArgumentException>(() => full.GetResponseAsync(text, null, Cancellation));
        Assert.Contains("leaves no room", tooLong.Message);
        await Assert.ThrowsAsync<ArgumentNullException>(
            () => full.GetResponseAsync(null!, null, Cancellation));
    }

    [Fact]
    public async Task Who_stops_reading_stops_the_model_and_leaves_no_tensor_behind()
    {
        using var chat = new TinyChat();
        using IChatClient client = chat.Generator.AsIChatClient();
        await Read();
        long before = LiveTensors.Settled();
        for (int i = 0; i < 5; i++)
            await Read();
        await client.GetResponseAsync(TinyChat.Messages, TinyChat.Drawn, Cancellation);
        LiveTensors.AssertAre(before);

        async Task Read()
        {
            await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync(TinyChat.Messages, TinyChat.Drawn, Cancellation))
            {
                Assert.Null(update.FinishReason);
                break;
            }
        }
    }
}
