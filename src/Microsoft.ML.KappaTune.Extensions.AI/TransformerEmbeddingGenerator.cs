using Microsoft.Extensions.AI;

namespace Microsoft.ML.KappaTune;

/// <summary>A model that turns texts into vectors, in batches of similar length on a thread of the pool.</summary>
/// <param name="model">The model.</param>
/// <param name="ownsModel">Whether it is disposed with this.</param>
/// <param name="modelId">What embeddings call the model; null for nothing.</param>
internal sealed class TransformerEmbeddingGenerator(KappaTuneEmbeddingTransformer model, bool ownsModel, string? modelId)
    : IEmbeddingGenerator<string, Embedding<float>>
{
    private readonly EmbeddingGeneratorMetadata _metadata = new(ModelRequest.Provider, providerUri: null, modelId, model.Dimension);

    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (options is not null)
            Refuse(options);
        string[] texts = [.. values];
        (float[][] vectors, long tokens) =
            await Task.Run(() => model.Embed(texts, cancellationToken), cancellationToken).ConfigureAwait(false);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        return new(vectors.Select(vector => new Embedding<float>(vector) { CreatedAt = now, ModelId = modelId }))
        {
            Usage = new UsageDetails { InputTokenCount = tokens, TotalTokenCount = tokens },
        };
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType.IsInstanceOfType(this) ? this
            : serviceType.IsInstanceOfType(_metadata) ? _metadata
            : serviceType.IsInstanceOfType(model) ? model
            : null;
    }

    public void Dispose()
    {
        if (ownsModel)
            model.Dispose();
    }

    private void Refuse(EmbeddingGenerationOptions options)
    {
        const string Asked = nameof(EmbeddingGenerationOptions);
        if (options.Dimensions is { } dimensions && dimensions != model.Dimension)
        {
            throw new UnsupportedRequestException(
                $"{Asked}.{nameof(options.Dimensions)}",
                $"the model's vectors have {model.Dimension} numbers, and {dimensions} are asked for", "Leave it null.");
        }

        if (options.RawRepresentationFactory is not null)
        {
            throw new UnsupportedRequestException(
                $"{Asked}.{nameof(options.RawRepresentationFactory)}", "there are no options beside these", "Leave it null.");
        }

        ModelRequest.Refuse(Asked, options.ModelId, modelId, options.AdditionalProperties, "Leave it null.");
    }
}
