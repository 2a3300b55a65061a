using Microsoft.Extensions.Configuration;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.KappaTune;
using Microsoft.ML.KappaTune.Tests;
using static TorchSharp.torch;

namespace Samples.Tests;

/// <summary>The code that documents show and no sample has, run on a tiny model.</summary>
public sealed class GuideTests : IDisposable
{
    private readonly Sample _sample = new();

    public void Dispose() => _sample.Dispose();

    [Fact]
    public void A_tuned_model_gives_a_report_a_page_and_folders_that_are_read_again()
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        var mlContext = new MLContext(seed: 1);
        IDataView rows = mlContext.Data.LoadFromTextFile<Ticket>(_sample.WriteTexts("Text", "Queue"), hasHeader: true);
        string baseFolder = _sample.Base, state = _sample.Folder.File("state"), page = _sample.Folder.File("report.html");
        string folder = _sample.Folder.File("tuned"), adapterFolder = _sample.Folder.File("adapter");
        string books = _sample.Folder.Write(
            "books.txt", string.Concat(Enumerable.Repeat("we think a good film . they saw the book .\n", 40)));

        var options = new KappaTuneTextClassificationTrainer.Options
        {
            BaseModel = baseFolder,
            Sentence1ColumnName = "Text",
            Selection = KappaSelection.LowestFraction(0.2) with { Score = SelectionScore.RelativeKappa },
            Method = TuningMethod.Lora(rank: 8),     // adapters; without this line the selected matrices themselves train
            MaxEpochs = 4,
            HeadEpochs = 1,                          // the first epoch trains the new head alone
            RetentionText = books,                   // a text file: what the model kept of what it knew
            CheckpointDirectory = state,             // a folder from which an interrupted run goes on
            Resume = true,
            CancellationToken = cancellationToken,
        };

        using TransformerChain<ITransformer> model = Pipeline(mlContext, options).Fit(rows);

        var tuned = model.OfType<KappaTuneTextClassificationTransformer>().Single();
        TuningReport report = tuned.Report!;
        Console.WriteLine(report);                   // what trained, how it went, and what was kept
        HtmlReport.Save(report, page);               // the same with charts; package KappaTune.Reports
        tuned.SaveModel(folder);                     // a classifier as transformers saves it
        tuned.SaveAdapter(adapterFolder);            // after LoRA: an adapter as PEFT saves it

        Assert.NotNull(report.Retention);
        Assert.StartsWith("<!doctype html>", File.ReadAllText(page), StringComparison.OrdinalIgnoreCase);
        AssertSame(Answers(mlContext, folder, rows), model.Transform(rows));
        using var merged = mlContext.Model.LoadKappaTuneTextClassification(baseFolder, adapterFolder, sentence1ColumnName: "Text");
        Assert.Null(merged.Report);

        string file = _sample.Folder.File("model.zip");
        mlContext.Model.Save(model, rows.Schema, file);
        using var loaded = (TransformerChain<ITransformer>)mlContext.Model.Load(file, out _);
        Assert.Equal(report.ToString(), loaded.OfType<KappaTuneTextClassificationTransformer>().Single().Report!.ToString());
    }

    [Fact]
    public void What_may_be_lost_is_a_number_or_a_budget_and_the_report_says_what_was()
    {
        var mlContext = new MLContext(seed: 1);
        IDataView rows = mlContext.Data.LoadFromTextFile<Ticket>(_sample.WriteTexts("Text", "Queue"), hasHeader: true);
        string baseFolder = _sample.Base;
        string controlText = _sample.Folder.Write(
            "control.txt", string.Concat(Enumerable.Repeat("we think a good film . they saw the book .\n", 200)));
        IDataView paragraphs = mlContext.Data.LoadFromEnumerable(
            TinyModel.Texts(600, seed: 4).Select(row => new Ticket { Text = row.Text }));

        var trainer = mlContext.MulticlassClassification.Trainers.KappaTuneTextClassification(
            keep: 0.98, sentence1ColumnName: "Text", baseModel: baseFolder, controlText: controlText);

        var options = new KappaTuneTextClassificationTrainer.Options
        {
            BaseModel = baseFolder,
            Sentence1ColumnName = "Text",
            Budget = new() { MaximumDivergence = 0.01 },   // nats; or Keep, or MaximumDrift, or several, and all of them hold
            RetentionSet = paragraphs,                     // rows of the column Text; or RetentionText, a file
            MaximumTime = TimeSpan.FromMinutes(15),        // fewer steps, where all wouldn't end in time
        };

        using TransformerChain<ITransformer> kept = Pipeline(mlContext, trainer).Fit(rows);
        Assert.Equal(0.98, Report(kept).Budget!.Budget.Keep);
        using TransformerChain<ITransformer> model = Pipeline(mlContext, options).Fit(rows);
        TuningReport report = Report(model);

        BudgetReport budget = report.Budget!;
        Console.WriteLine($"{budget.Outcome}: {budget.Used:P0} of the budget used, held: {budget.IsHeld}, on {budget.Text}");
        foreach (RateProbe probe in budget.Probes)
            Console.WriteLine($"all steps at rate {probe.LearningRate} would use {probe.Expected:P0}");
        foreach (BudgetPoint point in budget.Course)
            Console.WriteLine($"step {point.Step}: loss {point.TrainingLoss}, {point.Used:P0} used, {point.Action}");

        Assert.NotEqual(BudgetOutcome.Unverified, budget.Outcome);
        Assert.NotEmpty(budget.Probes);
        Assert.NotEmpty(budget.Course);
        Assert.NotNull(budget.Divergence);
    }

    [Fact]
    public void A_decoder_learns_answers_within_a_budget()
    {
        var mlContext = new MLContext(seed: 1);
        string decoder = TinyDecoder.Write(_sample.Folder, "decoder");
        IDataView rows = mlContext.Data.LoadFromEnumerable(
            TinyDecoder.Completions(40, seed: 1).Select(row => new Exchange { Question = row.Prompt, Answer = row.Completion }));

        var estimator = mlContext.Transforms.Text.KappaTuneLanguageModel(new()
        {
            BaseModel = decoder,                     // a folder in Hugging Face layout, or a .gguf file
            TextColumnName = "Question",
            CompletionColumnName = "Answer",
            BatchSize = 8,
            MaxEpochs = 3,
            ValidationFraction = 0.1,
            Budget = new() { Keep = 0.98 },          // loss per token on a control text
        });
        using var model = estimator.Fit(rows);
        Console.WriteLine(model.Report);             // loss per token, perplexity, bits a byte of the control text
        IDataView scored = model.Transform(rows);    // adds LogLikelihood and Perplexity of the answers, each a float

        Assert.All(scored.GetColumn<float>("LogLikelihood"), likelihood => Assert.InRange(likelihood, float.MinValue, 0));
        Assert.NotNull(model.Report.Retention!.BitsPerByte);
    }

    [Fact]
    public void A_decoder_learns_conversations()
    {
        var mlContext = new MLContext(seed: 1);
        string decoder = TinyDecoder.Write(_sample.Folder, "decoder");
        File.WriteAllText(
            Path.Combine(decoder, "chat_template.jinja"),
            "[CLS]{% for m in messages %}{{ m.content }} {% if m.role == 'assistant' %}[SEP]{% endif %}{% endfor %}");

        string[] talks = ["""[{"role": "user", "content": "we saw a good film"}, {"role": "assistant", "content": "i think so"}]"""];
        IDataView conversations = mlContext.Data.LoadFromEnumerable(talks.Select(talk => new Conversation { Messages = talk }));
        var estimator = mlContext.Transforms.Text.KappaTuneLanguageModel(new() { BaseModel = decoder, MessagesColumnName = "Messages" });

        using var model = estimator.Fit(conversations);
        Assert.Equal(4L, model.Report.CountedTokens!.Value);
    }

    [Fact]
    public void A_tuned_decoder_writes_in_a_column_and_as_a_stream()
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        var mlContext = new MLContext(seed: 1);
        IDataView rows = mlContext.Data.LoadFromEnumerable(
            TinyDecoder.Completions(12, seed: 1).Select(row => new Exchange { Question = row.Prompt, Answer = row.Completion }));
        IDataView questions = mlContext.Data.LoadFromEnumerable(new[] { new Exchange { Question = "we saw a good" } });
        var options = new KappaTuneLanguageModelEstimator.Options
        {
            BaseModel = TinyDecoder.Write(_sample.Folder, "decoder"),
            TextColumnName = "Question",
            CompletionColumnName = "Answer",
            MaxEpochs = 1,
        };

        var estimator = mlContext.Transforms.Text.KappaTuneLanguageModel(options with
        {
            GeneratedTextColumnName = "Written",         // off by default: each token is a pass of the model
            Generation = new() { MaxTokens = 40, Temperature = 0.7, TopP = 0.9, Seed = 1 },
        });
        using var model = estimator.Fit(rows);
        IDataView written = model.Transform(questions);  // rows with a Question; the Answer may be empty
        foreach (string text in written.GetColumn<string>("Written"))
            Console.WriteLine(text);                     // a row's, written when it is asked for
        foreach (GeneratedPiece piece in model.Generator.Generate("we saw a good", cancellationToken: cancellationToken))
            Console.Write(piece.Text);                   // as it comes; Generator.Answer takes a conversation

        Assert.Equal(
            string.Concat(model.Generator.Generate("we saw a good", cancellationToken: cancellationToken).Select(piece => piece.Text)),
            Assert.Single(written.GetColumn<string>("Written")));
    }

    [Fact]
    public void A_tuned_decoder_is_a_small_file_a_folder_and_a_GGUF_file()
    {
        var mlContext = new MLContext(seed: 1);
        string decoder = TinyDecoder.WriteBytes(_sample.Folder), small = _sample.Folder.File("small.zip");
        string folder = _sample.Folder.File("tuned"), gguf = _sample.Folder.File("tuned.gguf");
        IDataView rows = mlContext.Data.LoadFromEnumerable(
            TinyDecoder.Completions(12, seed: 1).Select(row => new Exchange { Question = row.Prompt, Answer = row.Completion }));
        var options = new KappaTuneLanguageModelEstimator.Options
        {
            BaseModel = decoder,
            TextColumnName = "Question",
            CompletionColumnName = "Answer",
            MaxEpochs = 1,
        };

        var estimator = mlContext.Transforms.Text.KappaTuneLanguageModel(options with { WeightStorage = WeightStorage.Changed });
        using var model = estimator.Fit(rows);
        mlContext.Model.Save(model, rows.Schema, small);   // what was trained; loading it needs the base model
        model.SaveModel(folder);                           // as transformers reads it, with the chat templates
        model.SaveGguf(gguf, GgufWeights.Q8);              // one file with the tokenizer, for Ollama, LM Studio and LLamaSharp

        using var loaded = (KappaTuneLanguageModelTransformer)mlContext.Model.Load(small, out _);
        Assert.Equal(Likelihoods(model), Likelihoods(loaded));
        using var again = mlContext.Transforms.Text.KappaTuneLanguageModel(options with { BaseModel = folder }).Fit(rows);
        Assert.Equal(12, again.Report.TrainingRows);
        Assert.True(new FileInfo(gguf).Length > 0);

        float[] Likelihoods(ITransformer transformer) => [.. transformer.Transform(rows).GetColumn<float>("LogLikelihood")];
    }

    [Fact]
    public void A_decoder_classifies_by_a_head_and_by_words_and_gives_vectors()
    {
        var mlContext = new MLContext(seed: 1);
        string decoder = TinyDecoder.Write(_sample.Folder, "decoder");
        IDataView rows = mlContext.Data.LoadFromTextFile<Ticket>(_sample.WriteTexts("Text", "Queue"), hasHeader: true);

        var byHead = new KappaTuneTextClassificationTrainer.Options
        {
            BaseModel = decoder,                         // a folder in Hugging Face layout, or a .gguf file
            Sentence1ColumnName = "Text",
            MaxEpochs = 4,
        };
        var words = new Dictionary<string, string> { ["good"] = "fine", ["bad"] = "poor" };
        var byWords = new KappaTuneTextClassificationTrainer.Options
        {
            BaseModel = decoder,
            Sentence1ColumnName = "Text",
            ClassLabels = ClassLabels.AsWords("Ticket: {text} Mood:", words),
            MaxEpochs = 4,
        };
        using TransformerChain<ITransformer> head = Pipeline(mlContext, byHead).Fit(rows), word = Pipeline(mlContext, byWords).Fit(rows);
        AssertSame(head.Transform(rows), head.Transform(rows));
        IDataView train = rows, test = rows;

        foreach (var options in new[] { byHead, byWords })
        {
            var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label", "Queue")
                .Append(mlContext.MulticlassClassification.Trainers.KappaTuneTextClassification(options));
            using var model = pipeline.Fit(train);
            var metrics = mlContext.MulticlassClassification.Evaluate(model.Transform(test));
            Console.WriteLine($"{options.ClassLabels}: accuracy {metrics.MicroAccuracy:0.000}, log-loss {metrics.LogLoss:0.000}");
        }

        Assert.All(word.Transform(rows).GetColumn<float[]>("Score"), scores => Assert.Equal(1, scores.Sum(), 1e-5));

        var embedding = mlContext.Transforms.Text.KappaTuneEmbedding("Features", "Text", decoder, EmbeddingPooling.LastToken);
        using var vectors = embedding.Fit(rows);
        Assert.Equal(TinyDecoder.Config.HiddenSize, vectors.Dimension);
    }

    [Fact]
    public void Options_come_from_a_file()
    {
        var mlContext = new MLContext();

        IConfiguration configuration = new ConfigurationBuilder().AddJsonFile("appsettings.json").Build();
        var options = configuration.GetSection("Tuning")
            .Get<KappaTuneTextClassificationTrainer.Options>(binder => binder.ErrorOnUnknownConfiguration = true)!;
        var trainer = mlContext.MulticlassClassification.Trainers.KappaTuneTextClassification(
            options with { BaseModel = PretrainedModels.MiniLM });

        Assert.NotNull(trainer);
        Assert.Equal("Text", options.Sentence1ColumnName);
    }

    [Fact]
    public void A_module_of_TorchSharp_is_scanned_and_trained()
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        string path = _sample.Base;
        using nn.Module<Tensor, Tensor> module = nn.Sequential(("up", nn.Linear(8, 4)), ("down", nn.Linear(4, 8)));
        using var optimizer = optim.SGD(module.parameters(), 0.1);

        ScanReport scan = CheckpointScanner.Scan(path, cancellationToken: cancellationToken);
        TuningPlan plan = KappaTuner.Apply(module, KappaSelection.Lowest(1), partialStacks: true);
        // … and in each training step, after backward():
        KappaTuner.Step(module, plan, () => optimizer.step());

        Assert.Contains(scan.Matrices, matrix => matrix.Kappa >= 1);
        Assert.Single(module.named_parameters(), parameter => parameter.parameter.requires_grad);
    }

    private static TuningReport Report(TransformerChain<ITransformer> model) =>
        model.OfType<KappaTuneTextClassificationTransformer>().Single().Report!;

    private static IEstimator<TransformerChain<ITransformer>> Pipeline(
        MLContext mlContext, KappaTuneTextClassificationTrainer.Options options) =>
        Pipeline(mlContext, mlContext.MulticlassClassification.Trainers.KappaTuneTextClassification(options));

    private static IEstimator<TransformerChain<ITransformer>> Pipeline(MLContext mlContext, KappaTuneTextClassificationTrainer trainer) =>
        new EstimatorChain<ITransformer>()
            .Append(mlContext.Transforms.Conversion.MapValueToKey("Label", "Queue"))
            .Append(trainer)
            .Append<ITransformer>(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

    private static IDataView Answers(MLContext mlContext, string folder, IDataView rows)
    {
        var classifier = mlContext.Model.LoadKappaTuneTextClassification(folder, sentence1ColumnName: "Text");
        var names = mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(classifier.Transform(rows));
        var model = classifier.Append(names);        // to predict with and to save, as a pipeline that was trained here

        return model.Transform(rows);
    }

    private static void AssertSame(IDataView expected, IDataView actual) => Assert.Equal(
        expected.GetColumn<string>("PredictedLabel"), actual.GetColumn<string>("PredictedLabel"));

    private sealed class Conversation
    {
        public string Messages { get; set; } = "";
    }

    private sealed class Exchange
    {
        public string Question { get; set; } = "";

        public string Answer { get; set; } = "";
    }

    private sealed class Ticket
    {
        [LoadColumn(0)]
        public string Text { get; set; } = "";

        [LoadColumn(1)]
        public string Queue { get; set; } = "";
    }
}
