using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Microsoft.ML.KappaTune;

/// <summary>A language model that answers in conversations. A token is computed when it is asked for, on a thread of the pool.</summary>
/// <param name="generator">The model, which has a chat template.</param>
/// <param name="ownsGenerator">Whether the model is disposed with this.</param>
/// <param name="modelId">What responses call the model; null for nothing.</param>
internal sealed class GeneratorChatClient(TextGenerator generator, bool ownsGenerator, string? modelId) : IChatClient
{
    private readonly ChatClientMetadata _metadata = new(ModelRequest.Provider, providerUri: null, modelId);

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken).ConfigureAwait(false);

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        GenerationOptions generation = ChatRequestOptions.Read(options, this, generator.Defaults, modelId);
        return AnswerAsync(Conversation.ToJson(messages, options?.Instructions), generation, cancellationToken);
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType.IsInstanceOfType(this) ? this
            : serviceType.IsInstanceOfType(_metadata) ? _metadata
            : serviceType.IsInstanceOfType(generator) ? generator
            : null;
    }

    public void Dispose()
    {
        if (ownsGenerator)
            generator.Dispose();
    }

    private async IAsyncEnumerable<ChatResponseUpdate> AnswerAsync(
        string turns, GenerationOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string id = Guid.NewGuid().ToString("N");
        DateTimeOffset begin = DateTimeOffset.UtcNow;
        // The template is rendered here already.
        using IEnumerator<GeneratedPiece> pieces = await Task.Run(
            () => generator.Answer(turns, options, cancellationToken).GetEnumerator(), cancellationToken).ConfigureAwait(false);
        while (await Task.Run(pieces.MoveNext, cancellationToken).ConfigureAwait(false))
        {
            GeneratedPiece piece = pieces.Current;
            yield return new ChatResponseUpdate(ChatRole.Assistant, [.. Contents(piece)])
            {
                ResponseId = id,
                MessageId = id,
                CreatedAt = begin,
                ModelId = modelId,
                FinishReason = ReasonOf(piece.Stop),
                RawRepresentation = piece,
            };
        }
    }

    private static IEnumerable<AIContent> Contents(GeneratedPiece piece)
    {
        if (piece.Text.Length > 0)
            yield return new TextContent(piece.Text);
        if (piece.Stop is not null)
        {
            yield return new UsageContent(new UsageDetails
            {
                InputTokenCount = piece.PromptTokens,
                OutputTokenCount = piece.Tokens,
                TotalTokenCount = (long)piece.PromptTokens + piece.Tokens,
            });
        }
    }

    private static ChatFinishReason? ReasonOf(GenerationStop? stop) => stop switch
    {
        null => null,
        GenerationStop.EndToken or GenerationStop.StopText => ChatFinishReason.Stop,
        _ => ChatFinishReason.Length,
    };
}
