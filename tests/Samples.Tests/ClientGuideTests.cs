using Microsoft.Extensions.AI;
using Microsoft.ML;
using Microsoft.ML.KappaTune;
using Microsoft.ML.KappaTune.Tests;

namespace Samples.Tests;

/// <summary>What the guide shows of Microsoft.Extensions.AI, run on tiny models.</summary>
public sealed class ClientGuideTests : IDisposable
{
    private readonly Sample _sample = new();

    public void Dispose() => _sample.Dispose();

    [Fact]
    public async Task A_tuned_language_model_is_a_chat_client()
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        var mlContext = new MLContext(seed: 1);
        string folder = _sample.Folder.File("tuned"), decoder = TinyDecoder.Write(_sample.Folder, "decoder");
        File.WriteAllText(Path.Combine(decoder, "chat_template.jinja"), "{% for m in messages %}{{ m.content }} {% endfor %}");
        IDataView rows = mlContext.Data.LoadFromEnumerable(
            TinyDecoder.Completions(16, seed: 1).Select(row => new Exchange { Text = row.Prompt, Answer = row.Completion }));
        using var model = mlContext.Transforms.Text.KappaTuneLanguageModel(new KappaTuneLanguageModelEstimator.Options
        {
            BaseModel = decoder,
            CompletionColumnName = "Answer",
            MaxEpochs = 1,
        }).Fit(rows);

        model.SaveModel(folder);                     // a tuned language model, whose base has a chat template
        using IChatClient chat = TextGenerator.Load(folder).AsIChatClient();
        ChatOptions options = new() { Temperature = 0.7f, TopP = 0.9f, StopSequences = ["\n\n"], MaxOutputTokens = 12 };
        await foreach (ChatResponseUpdate update in chat.GetStreamingResponseAsync("Was it a good film?", options, cancellationToken))
            Console.Write(update.Text);
        ChatResponse response = await chat.GetResponseAsync("And the book?", options, cancellationToken);
        Console.WriteLine($"{response.FinishReason} after {response.Usage!.OutputTokenCount} tokens");

        Assert.InRange(response.Usage.OutputTokenCount!.Value, 1, 12);
        Assert.NotNull(response.FinishReason);
    }

    [Fact]
    public async Task An_encoder_is_an_embedding_generator()
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        var mlContext = new MLContext(seed: 1);
        IDataView rows = mlContext.Data.LoadFromEnumerable(Array.Empty<Exchange>());
        string encoder = _sample.Base;

        var embedding = mlContext.Transforms.Text.KappaTuneEmbedding("Vector", "Text", encoder).Fit(rows);
        using IEmbeddingGenerator<string, Embedding<float>> generator = embedding.AsIEmbeddingGenerator();
        ReadOnlyMemory<float> vector = await generator.GenerateVectorAsync("a good film", cancellationToken: cancellationToken);

        Assert.Equal(embedding.Dimension, vector.Length);
    }

    private sealed class Exchange
    {
        public string Text { get; set; } = "";

        public string Answer { get; set; } = "";
    }
}
