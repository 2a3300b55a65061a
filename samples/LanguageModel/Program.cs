// Tunes a language model to sort support tickets by writing: it goes on with a prompt that has the ticket, and its completion is the queue.
// usage: dotnet run --project samples/LanguageModel [MODEL [TSV]]
//        MODEL: a decoder, as a folder in Hugging Face layout or a .gguf file; without it a tiny one, which is pre-trained first, in half a
//        minute, on 60 KB of books. TSV: rows of Text and Queue; without it the tickets of samples/data.
// Leaves out/tickets.zip and out/tickets.gguf in the current folder, and the tiny model in out/tiny-decoder.
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.KappaTune;

if (args.Length > 2)
{
    Console.Error.WriteLine("usage: LanguageModel [MODEL [TSV]]");
    return 2;
}

Directory.CreateDirectory("out");
string books = Path.Combine(AppContext.BaseDirectory, "held-out-books.txt");
bool isOwn = args.Length > 0;
string baseModel = isOwn ? args[0] : TinyBase.Obtain("out/tiny-decoder", books);
KappaTuneLanguageModelTransformer.RequireGguf(baseModel);       // what no GGUF file can hold is said now, and not after training

var mlContext = new MLContext(seed: 1);
IDataView tickets = mlContext.Data.LoadFromTextFile<Ticket>(
    args.ElementAtOrDefault(1) ?? Path.Combine(AppContext.BaseDirectory, "support-tickets.tsv"), hasHeader: true);
Example[] examples = [.. mlContext.Data.CreateEnumerable<Ticket>(tickets, reuseRowObject: false).Select(Example.Of)];
IDataView rows = mlContext.Data.LoadFromEnumerable(examples);
var split = mlContext.Data.TrainTestSplit(rows, testFraction: 0.2);

var estimator = mlContext.Transforms.Text.KappaTuneLanguageModel(new()
{
    BaseModel = baseModel,
    TextColumnName = "Prompt",
    CompletionColumnName = "Completion",                        // the loss counts its tokens, and the one that ends it
    Selection = KappaSelection.LowestFraction(0.2),
    MaxEpochs = 4,
    BatchSize = 16,
    LearningRate = isOwn ? 1e-4 : 2e-3,                         // a tiny model takes a high one
    ValidationSet = split.TestSet,
    RetentionText = books,                                      // what is kept of what the base knew
    GeneratedTextColumnName = "Written",
    Generation = new() { MaxTokens = 16 },                      // the likeliest token each time; a Temperature draws
    Progress = Show,
});
using var model = estimator.Fit(split.TrainSet);

// The loss of the first step is the base's: nothing had changed yet.
TuningReport report = model.Report;
RetentionChange kept = report.Retention!.Perplexity!;
Console.WriteLine(
    $"Perplexity of the queues: {Math.Exp(report.Losses[0].Loss):0.00} before, {report.Epochs[^1].Validation!.Perplexity:0.00} after");
Console.WriteLine($"Perplexity of the books: {kept.Before.Value:0.00} before, {kept.After.Value:0.00} after");

IDataView written = model.Transform(split.TestSet);             // adds LogLikelihood, Perplexity and Written, a row when it is asked for
Answer[] answers = [.. mlContext.Data.CreateEnumerable<Answer>(written, reuseRowObject: false)];
int right = answers.Count(answer => answer.Written.Trim() == answer.Completion.Trim());
Console.WriteLine($"Written as the desk would: {right} of {answers.Length} tickets that it hasn't learnt from");

mlContext.Model.Save(model, rows.Schema, "out/tickets.zip");
model.SaveGguf("out/tickets.gguf");                             // for llama.cpp, Ollama, LM Studio and LLamaSharp

using var loaded = (KappaTuneLanguageModelTransformer)mlContext.Model.Load("out/tickets.zip", out _);
Console.Write("I was charged twice for one lamp. Queue:");
foreach (GeneratedPiece piece in loaded.Generator.Generate(Example.PromptOf("I was charged twice for one lamp.")))
    Console.Write(piece.Text);                                  // as it comes
Console.WriteLine();
return 0;

static void Show(TuningProgress at)
{
    if (at.Phase == TuningPhase.Training && at.Step % 20 == 0)
        Console.WriteLine($"Step {at.Step} of {at.TotalSteps}: loss {at.Loss:0.00}");
    else if (at.Validation is { } validation)
        Console.WriteLine($"Epoch {at.Epoch} of {at.TotalEpochs}: perplexity {validation.Perplexity:0.00} on other tickets");
}

/// <summary>A line of a file.</summary>
internal sealed class Ticket
{
    [LoadColumn(0)]
    public string Text { get; set; } = "";

    [LoadColumn(1)]
    public string Queue { get; set; } = "";
}

/// <summary>What the model learns: how a prompt goes on. The blank between both is the completion's.</summary>
internal sealed class Example
{
    public string Prompt { get; set; } = "";

    public string Completion { get; set; } = "";

    public static Example Of(Ticket ticket) => new() { Prompt = PromptOf(ticket.Text), Completion = $" {ticket.Queue}" };

    public static string PromptOf(string text) => $"Ticket: {text}\nQueue:";
}

/// <summary>What the desk said, and what the model writes.</summary>
internal sealed class Answer
{
    public string Completion { get; set; } = "";

    public string Written { get; set; } = "";
}
