using Microsoft.Extensions.AI;

namespace Microsoft.ML.KappaTune.Tests;

/// <summary>What a chat client answers is what the model writes, with what the interface asks for beside it.</summary>
public sealed class ChatClientTests : IDisposable
{
    private readonly TinyChat _chat = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _chat.Dispose();

    [Fact]
    public async Task An_answer_is_the_models_with_usage_and_the_reason_of_its_end()
    {
        GeneratedPiece[] expected = _chat.Answer();
        Assert.NotEmpty(TinyChat.TextOf(expected));
        using IChatClient client = _chat.Generator.AsIChatClient(modelId: "tiny");
        ChatResponse response = await client.GetResponseAsync(TinyChat.Messages, TinyChat.Drawn, Cancellation);
        ChatMessage message = Assert.Single(response.Messages);
        Assert.Equal(ChatRole.Assistant, message.Role);
        Assert.Equal(TinyChat.TextOf(expected), Assert.IsType<TextContent>(Assert.Single(message.Contents)).Text);
        Assert.Equal((ChatFinishReason.Length, "tiny"), (response.FinishReason, response.ModelId));
        Assert.NotNull(response.ResponseId);
        Assert.NotNull(response.CreatedAt);
        Assert.Equal(20, response.Usage!.OutputTokenCount);
        // system we think user was it a good film ?
        Assert.Equal((10, 30), (response.Usage.InputTokenCount, response.Usage.TotalTokenCount));
        Assert.Equal(10, expected[^1].PromptTokens);
    }

    [Fact]
    public async Task Updates_are_the_pieces_and_the_last_one_tells_the_end()
    {
        GeneratedPiece[] expected = _chat.Answer();
        using IChatClient client = _chat.Generator.AsIChatClient();
        List<ChatResponseUpdate> updates =
            await client.GetStreamingResponseAsync(TinyChat.Messages, TinyChat.Drawn, Cancellation).ToListAsync(Cancellation);
        Assert.Equal(expected, updates.Select(update => update.RawRepresentation));
        Assert.Equal(expected.Select(piece => piece.Text), updates.Select(update => update.Text));
        Assert.All(updates, update => Assert.Equal(ChatRole.Assistant, update.Role));
        Assert.Single(updates.Select(update => (update.ResponseId, update.MessageId, update.CreatedAt)).Distinct());
        Assert.All(updates[..^1], update => Assert.Null(update.FinishReason));
        Assert.Equal(ChatFinishReason.Length, updates[^1].FinishReason);
        Assert.Equal(20, Assert.Single(updates.SelectMany(update => update.Contents).OfType<UsageContent>()).Details.OutputTokenCount);
    }

    [Fact]
    public async Task A_stop_sequence_ends_it_and_is_no_part_of_it()
    {
        string text = TinyChat.TextOf(_chat.Answer()), stop = text.Split(' ')[2];
        ChatOptions options = TinyChat.Drawn;
        options.StopSequences = [stop, "never"];
        using IChatClient client = _chat.Generator.AsIChatClient();
        ChatResponse response = await client.GetResponseAsync(TinyChat.Messages, options, Cancellation);
        Assert.Equal(text[..text.IndexOf(stop, StringComparison.Ordinal)], response.Text);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
        Assert.InRange(response.Usage!.OutputTokenCount!.Value, 1, 19);
    }

    [Fact]
    public async Task The_models_end_token_ends_it_and_a_full_context_does()
    {
        string word = TinyChat.TextOf(_chat.Answer()).Split(' ').Skip(1).First(TinyModel.Vocabulary.Contains);
        int end = Array.IndexOf(TinyModel.Vocabulary, word);
        using var ending = new TinyChat($$"""{"eos_token_id": [{{end}}]}""");
        using IChatClient client = ending.Generator.AsIChatClient();
        ChatResponse ended = await client.GetResponseAsync(TinyChat.Messages, TinyChat.Drawn, Cancellation);
        Assert.Equal(ChatFinishReason.Stop, ended.FinishReason);
        Assert.DoesNotContain(word, ended.Text.Split(' '));

        ChatOptions endless = TinyChat.Drawn;
        endless.MaxOutputTokens = 1000;
        using IChatClient other = _chat.Generator.AsIChatClient();
        ChatResponse full = await other.GetResponseAsync(TinyChat.Messages, endless, Cancellation);
        Assert.Equal((ChatFinishReason.Length, _chat.Generator.ContextLength), (full.FinishReason, full.Usage!.TotalTokenCount));
    }

    [Fact]
    public async Task An_answer_without_text_is_a_message_all_the_same()
    {
        int first = Array.IndexOf(TinyModel.Vocabulary, TinyChat.TextOf(_chat.Answer(maxTokens: 1)));
        Assert.True(first >= 0);
        using var silent = new TinyChat($$"""{"eos_token_id": {{first}}}""");
        using IChatClient client = silent.Generator.AsIChatClient();
        ChatResponse response = await client.GetResponseAsync(TinyChat.Messages, TinyChat.Drawn, Cancellation);
        Assert.Equal(("", 1), (Assert.Single(response.Messages).Text, response.Usage!.OutputTokenCount));
    }

    [Fact]
    public async Task Answers_at_the_same_time_are_those_of_one_after_another()
    {
        using IChatClient client = _chat.Generator.AsIChatClient();
        string[] alone = new string[8];
        for (int seed = 0; seed < alone.Length; seed++)
            alone[seed] = await Ask(seed);
        Assert.True(alone.Distinct().Count() > 1);
        Assert.Equal(alone, await Task.WhenAll(Enumerable.Range(0, alone.Length).Select(Ask)));

        async Task<string> Ask(int seed)
        {
            ChatOptions options = TinyChat.Drawn;
            options.Seed = seed;
            return (await client.GetResponseAsync(TinyChat.Messages, options, Cancellation)).Text;
        }
    }

    [Fact]
    public async Task Cancelling_ends_it_before_the_next_token()
    {
        using IChatClient client = _chat.Generator.AsIChatClient();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => client.GetResponseAsync(TinyChat.Messages, TinyChat.Drawn, new CancellationToken(canceled: true)));
        using var source = new CancellationTokenSource();
        int updates = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (ChatResponseUpdate _ in client.GetStreamingResponseAsync(TinyChat.Messages, TinyChat.Drawn, source.Token))
            {
                updates++;
                await source.CancelAsync();
            }
        });
        Assert.Equal(1, updates);
    }

    [Fact]
    public async Task Disposing_a_client_disposes_the_model_where_it_owns_it()
    {
        IChatClient guest = _chat.Generator.AsIChatClient(ownsGenerator: false), owner = _chat.Generator.AsIChatClient();
        guest.Dispose();
        Assert.NotEmpty((await owner.GetResponseAsync(TinyChat.Messages, TinyChat.Drawn, Cancellation)).Text);
        owner.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(
            () => owner.GetResponseAsync(TinyChat.Messages, TinyChat.Drawn, Cancellation));
    }

    [Fact]
    public void Services_are_the_client_its_model_and_what_it_is_called()
    {
        using IChatClient client = _chat.Generator.AsIChatClient(modelId: "tiny");
        Assert.Same(client, client.GetService<IChatClient>());
        Assert.Same(_chat.Generator, client.GetService<TextGenerator>());
        ChatClientMetadata metadata = client.GetService<ChatClientMetadata>()!;
        Assert.Equal(("kappatune", "tiny"), (metadata.ProviderName, metadata.DefaultModelId));
        Assert.Null(client.GetService<HttpClient>());
        Assert.Null(client.GetService<IChatClient>("key"));
    }
}
