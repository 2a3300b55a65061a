using Microsoft.Extensions.AI;
using Microsoft.ML.Data;

namespace Microsoft.ML.KappaTune.Tests;

/// <summary>An embedding generator gives the vectors of the transformer.</summary>
public sealed class EmbeddingGeneratorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _mlContext = new(seed: 1);
    private readonly IDataView _rows;
    private readonly KappaTuneEmbeddingTransformer _model;
    private readonly string[] _texts = [.. TinyModel.Texts(20).Select(text => text.Text)];

    public EmbeddingGeneratorTests()
    {
        _rows = _mlContext.Data.LoadFromEnumerable(_texts.Select(text => new Row { Review = text }));
        _model = _mlContext.Transforms.Text.KappaTuneEmbedding(
            new KappaTuneEmbeddingEstimator.Options
            {
                Model = TinyModel.Write(_folder),
                InputColumnName = nameof(Row.Review),
                OutputColumnName = "Vector",
                Device = "cpu",
            }).Fit(_rows);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Vectors_are_the_transformers_in_their_order_with_usage()
    {
        using IEmbeddingGenerator<string, Embedding<float>> generator = _model.AsIEmbeddingGenerator(modelId: "tiny");
        GeneratedEmbeddings<Embedding<float>> embeddings = await generator.GenerateAsync(_texts, cancellationToken: Cancellation);
        Assert.Equal(_model.Transform(_rows).GetColumn<float[]>("Vector"), embeddings.Select(embedding => embedding.Vector.ToArray()));
        Assert.All(embeddings, embedding => Assert.Equal("tiny", embedding.ModelId));
        // Each has two special tokens beside its words.
        int tokens = _texts.Sum(text => text.Split(' ').Length + 2);
        Assert.Equal((tokens, tokens), (embeddings.Usage!.InputTokenCount, embeddings.Usage.TotalTokenCount));
        Assert.Empty(await generator.GenerateAsync([], cancellationToken: Cancellation));
        Assert.Equal(embeddings[3].Vector, (await generator.GenerateAsync(_texts[3], cancellationToken: Cancellation)).Vector, Close);

        static bool Close(ReadOnlyMemory<float> one, ReadOnlyMemory<float> other) =>
            one.ToArray().Zip(other.ToArray()).All(pair => Math.Abs(pair.First - pair.Second) < 1e-5);
    }

    [Fact]
    public async Task Any_number_of_callers_get_their_own()
    {
        using IEmbeddingGenerator<string, Embedding<float>> generator = _model.AsIEmbeddingGenerator();
        string[][] parts = [.. _texts.Chunk(3)];
        float[][] alone = new float[parts.Length][];
        for (int i = 0; i < parts.Length; i++)
            alone[i] = await First(parts[i]);
        Assert.Equal(alone, await Task.WhenAll(parts.Select(First)));

        async Task<float[]> First(string[] part) =>
            (await generator.GenerateAsync(part, cancellationToken: Cancellation))[0].Vector.ToArray();
    }

    [Fact]
    public async Task What_can_not_be_honoured_is_refused_by_its_name()
    {
        using IEmbeddingGenerator<string, Embedding<float>> generator = _model.AsIEmbeddingGenerator(modelId: "tiny");
        (string Option, EmbeddingGenerationOptions Options)[] refused =
        [
            ("Dimensions", new() { Dimensions = 8 }),
            ("ModelId", new() { ModelId = "other" }),
            ("AdditionalProperties", new() { AdditionalProperties = new() { ["pooling"] = "cls" } }),
            ("RawRepresentationFactory", new() { RawRepresentationFactory = _ => null }),
        ];
        foreach ((string option, EmbeddingGenerationOptions options) in refused)
        {
            var error = await Assert.ThrowsAsync<UnsupportedRequestException>(
                () => generator.GenerateAsync(_texts, options, Cancellation));
            Assert.Equal($"EmbeddingGenerationOptions.{option}", error.Asked);
        }

        Assert.Equal(
            [.. refused.Select(option => option.Option).Order(StringComparer.Ordinal)],
            typeof(EmbeddingGenerationOptions).GetProperties().Select(property => property.Name).Order(StringComparer.Ordinal));
        var own = new EmbeddingGenerationOptions { Dimensions = _model.Dimension, ModelId = "tiny" };
        Assert.Equal(_texts.Length, (await generator.GenerateAsync(_texts, own, Cancellation)).Count);
        await Assert.ThrowsAsync<ArgumentNullException>(
            () => generator.GenerateAsync(null!, cancellationToken: Cancellation));
    }

    [Fact]
    public async Task It_is_cancelled_and_disposed_with_the_model_that_it_owns()
    {
        IEmbeddingGenerator<string, Embedding<float>> guest = _model.AsIEmbeddingGenerator(ownsModel: false);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => guest.GenerateAsync(_texts, cancellationToken: new CancellationToken(canceled: true)));
        guest.Dispose();
        IEmbeddingGenerator<string, Embedding<float>> owner = _model.AsIEmbeddingGenerator();
        Assert.Single(await owner.GenerateAsync([_texts[0]], cancellationToken: Cancellation));
        owner.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => owner.GenerateAsync([_texts[0]], cancellationToken: Cancellation));
    }

    [Fact]
    public void Services_are_the_generator_its_model_and_what_it_is_called()
    {
        using IEmbeddingGenerator<string, Embedding<float>> generator = _model.AsIEmbeddingGenerator(modelId: "tiny");
        Assert.Same(generator, generator.GetService<IEmbeddingGenerator<string, Embedding<float>>>());
        Assert.Same(_model, generator.GetService<KappaTuneEmbeddingTransformer>());
        EmbeddingGeneratorMetadata metadata = generator.GetService<EmbeddingGeneratorMetadata>()!;
        Assert.Equal(
            ("kappatune", "tiny", _model.Dimension),
            (metadata.ProviderName, metadata.DefaultModelId, metadata.DefaultModelDimensions));
        Assert.Null(generator.GetService<HttpClient>());
        Assert.Null(generator.GetService<KappaTuneEmbeddingTransformer>("key"));
    }

    private sealed class Row
    {
        public string Review { get; set; } = "";
    }
}
