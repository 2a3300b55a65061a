// A web service that answers questions by a language model, each from the note that is nearest to it. Both models are behind the
// interfaces of Microsoft.Extensions.AI, so that nothing below the registration knows which models they are.
// usage: dotnet run --project samples/ChatService -- MODEL [NOTES.txt] [--urls http://127.0.0.1:5081]
//        MODEL: a language model with a chat template, tuned or not: a folder as SaveModel writes it, or a .gguf file. NOTES.txt: a note a
//        line; without it those of a maker of lamps, which is made up.
//        curl -N -H 'Content-Type: application/json' -d '{"text": "May I give my lamp back?"}' http://127.0.0.1:5081/ask
// answers: 200 and the text as it is written; 400 with a problem as RFC 9457 has it.
using Microsoft.Extensions.AI;
using Microsoft.ML;
using Microsoft.ML.KappaTune;

string[] files = [.. args.TakeWhile(argument => !argument.StartsWith("--", StringComparison.Ordinal))];
if (files.Length is 0 or > 2)
{
    Console.Error.WriteLine("usage: ChatService MODEL [NOTES.txt] [--urls URL]");
    return 2;
}

string model = files[0], notes = files.ElementAtOrDefault(1) ?? Path.Combine(AppContext.BaseDirectory, "notes.txt");
var mlContext = new MLContext();
IDataView noRows = mlContext.Data.LoadFromEnumerable<Question>([]);
WebApplicationBuilder builder = WebApplication.CreateBuilder(
    new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);

builder.Services.AddChatClient(TextGenerator.Load(model).AsIChatClient())
    .ConfigureOptions(options => options.MaxOutputTokens ??= 200);
builder.Services.AddEmbeddingGenerator(
    mlContext.Transforms.Text.KappaTuneEmbedding("Vector", "Text", PretrainedModels.MiniLM).Fit(noRows).AsIEmbeddingGenerator());
builder.Services.AddSingleton(services => new Notes(services.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>(), notes));

WebApplication app = builder.Build();
app.MapPost("/ask", async (Question question, Notes known, IChatClient chat, HttpResponse response, CancellationToken cancelled) =>
{
    if (string.IsNullOrWhiteSpace(question.Text))
    {
        await Results.Problem("The field \"text\" is missing or empty.", statusCode: 400).ExecuteAsync(response.HttpContext);
        return;
    }

    ChatMessage[] messages =
    [
        new(ChatRole.System, $"Answer from this note: {await known.FindAsync(question.Text, cancelled)}"),
        new(ChatRole.User, question.Text),
    ];
    response.ContentType = "text/plain; charset=utf-8";
    // Who goes away while it writes cancels it.
    await foreach (ChatResponseUpdate update in chat.GetStreamingResponseAsync(messages, cancellationToken: cancelled))
    {
        await response.WriteAsync(update.Text, cancelled);
        await response.Body.FlushAsync(cancelled);
    }
});
app.Run();
return 0;

/// <summary>What a client asks: {"text": "..."}.</summary>
internal sealed class Question
{
    public string Text { get; set; } = "";
}
