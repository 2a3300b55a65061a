using Microsoft.Extensions.AI;

namespace Microsoft.ML.KappaTune;

/// <summary>
/// KappaTune's models behind the interfaces of Microsoft.Extensions.AI, for <c>AddChatClient</c>, <c>AddEmbeddingGenerator</c> and all that
/// is built on them. What a request asks for and the model can't do is an <see cref="UnsupportedRequestException"/>, never left out in
/// silence.
/// </summary>
public static class KappaTuneClients
{
    /// <summary>A language model that answers in conversations, through its chat template.</summary>
    /// <remarks>
    /// <para>
    /// Any number of threads may use it at once, each with a conversation of its own; all share the machine's cores. It keeps nothing
    /// between requests. Tokens are computed on threads of the pool, those of a stream as it is read, so that who stops reading stops the
    /// model; cancelling ends it before the next token, with an <see cref="OperationCanceledException"/>.
    /// </para>
    /// <para>
    /// MaxOutputTokens, Temperature, TopP, TopK, StopSequences and Seed of <see cref="ChatOptions"/> come before what the model's files say
    /// (<see cref="TextGenerator.Defaults"/>), and MinP and RepetitionPenalty come by
    /// <see cref="ChatOptions.RawRepresentationFactory"/>, as <see cref="GenerationOptions"/>. At a temperature of 0, the default of most
    /// models, the likeliest token is taken each time; without a seed, drawn texts are others each time. Instructions are a system turn.
    /// A value out of range is an <see cref="ArgumentException"/>, and so is a conversation that leaves no room in the model's context;
    /// what the template refuses is a <see cref="ChatTemplateException"/>.
    /// </para>
    /// <para>
    /// The last update of a stream has the finish reason (<see cref="ChatFinishReason.Length"/> where the most tokens were written, or the
    /// context is full) and the usage, of which the model's end token is a part. Its RawRepresentation is a
    /// <see cref="GeneratedPiece"/>. <c>GetService</c> gives the <see cref="TextGenerator"/> and a <see cref="ChatClientMetadata"/>.
    /// </para>
    /// </remarks>
    /// <param name="generator">The model, with a chat template.</param>
    /// <param name="ownsGenerator">Whether disposing the client disposes the model, as a container does in the end.</param>
    /// <param name="modelId">What responses call the model, and requests may ask for; null for nothing.</param>
    /// <exception cref="InvalidOperationException">The model has no chat template.</exception>
    public static IChatClient AsIChatClient(this TextGenerator generator, bool ownsGenerator = true, string? modelId = null)
    {
        ArgumentNullException.ThrowIfNull(generator);
        return generator.HasChatTemplate
            ? new GeneratorChatClient(generator, ownsGenerator, modelId)
            : throw new InvalidOperationException(
                "The model has no chat template, which says how it takes a conversation. Add its chat_template.jinja, or go on with texts "
                + $"by {nameof(TextGenerator)}.{nameof(TextGenerator.Generate)} instead.");
    }

    /// <summary>An encoder that turns texts into vectors.</summary>
    /// <remarks>
    /// Any number of threads may use it at once. Vectors come in the order of their texts; those of one call are computed in batches of
    /// similar length on a thread of the pool, and cancelling ends it before the next batch. What is longer than the model is cut, and the
    /// log of the model's <see cref="MLContext"/> says so. <c>GetService</c> gives the <see cref="KappaTuneEmbeddingTransformer"/> and an
    /// <see cref="EmbeddingGeneratorMetadata"/>.
    /// </remarks>
    /// <param name="model">The model; what its columns are called makes no difference.</param>
    /// <param name="ownsModel">Whether disposing the generator disposes the model, as a container does in the end.</param>
    /// <param name="modelId">What embeddings call the model, and requests may ask for; null for nothing.</param>
    public static IEmbeddingGenerator<string, Embedding<float>> AsIEmbeddingGenerator(
        this KappaTuneEmbeddingTransformer model, bool ownsModel = true, string? modelId = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new TransformerEmbeddingGenerator(model, ownsModel, modelId);
    }
}
