using System.ComponentModel;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace Microsoft.ML.KappaTune.Tests.Options;

/// <summary>Every public options type binds from appsettings.json, as ASP.NET apps do it.</summary>
public class ConfigurationTests
{
    [Fact]
    public void Options_of_training()
    {
        var options = Bind<KappaTuneTextClassificationTrainer.Options>("""
            {
              "BaseModel": "minilm", "MaxEpochs": 3, "LearningRate": 2e-4, "GradientClip": "Infinity", "Schedule": "Cosine",
              "MaxSequenceLength": 64, "ValidationFraction": 0.1, "ClassWeights": "Balanced", "Sentence2ColumnName": "Other",
              "Selection": { "Policy": "LowestFraction", "Amount": 0.3, "Include": ["*attention*", "*.up.*"], "Biases": true },
              "Method": { "Rank": 8, "Dropout": 0.1 },
              "EarlyStopping": { "Metric": "MacroAccuracy" },
              "Budget": { "Keep": 0.98, "MaximumRollbacks": 1 }, "MaximumOptimizerMemory": 50000000, "MaximumTime": "00:15:00"
            }
            """);
        Assert.Equal(["*attention*", "*.up.*"], options.Selection.Include);
        Assert.Equal(
            new()
            {
                BaseModel = "minilm",
                MaxEpochs = 3,
                LearningRate = 2e-4,
                GradientClip = double.PositiveInfinity,
                Schedule = LearningRateSchedule.Cosine,
                MaxSequenceLength = 64,
                ValidationFraction = 0.1,
                ClassWeights = ClassWeights.Balanced,
                Sentence2ColumnName = "Other",
                Method = TuningMethod.Lora(8, dropout: 0.1),
                EarlyStopping = new(ValidationMetric.MacroAccuracy),
                Budget = new() { Keep = 0.98, MaximumRollbacks = 1 },
                MaximumOptimizerMemory = 50_000_000,
                MaximumTime = TimeSpan.FromMinutes(15),
                Selection = KappaSelection.LowestFraction(0.3) with { Include = options.Selection.Include, Biases = true },
            },
            options);
        // What is bound is this object's alone.
        Assert.Equal(new(), new KappaTuneTextClassificationTrainer.Options());
        Assert.False(TuningMethod.Direct.IsLora);
    }

    [Theory]
    [InlineData("Lowest", 7, null)]
    [InlineData("Highest", 7, null)]
    [InlineData("Random", 7, 3)]
    [InlineData("Threshold", 12.5, null)]
    [InlineData("ParameterBudget", 90000, null)]
    public void A_selection(string policy, double amount, int? seed)
    {
        KappaSelection expected = policy switch
        {
            "Lowest" => KappaSelection.Lowest(7),
            "Highest" => KappaSelection.Highest(7),
            "Random" => KappaSelection.Random(7, 3),
            "Threshold" => KappaSelection.Threshold(12.5),
            _ => KappaSelection.ParameterBudget(90000),
        };
        string seedField = seed is null ? "" : $", \"Seed\": {seed}";
        string json = FormattableString.Invariant($$"""{ "Policy": "{{policy}}", "Amount": {{amount}}{{seedField}} }""");
        Assert.Equal(expected, Bind<KappaSelection>(json));
    }

    [Theory]
    [InlineData("""{ "Policy": "Lowest", "Amount": 2.5 }""", "Amount is 2.5; allowed is a whole number of 1 or more with Lowest")]
    [InlineData("""{ "Policy": "Random", "Amount": 2 }""", "Seed is null; allowed is a whole number with Random")]
    [InlineData("""{ "Amount": 0.5, "Seed": 2 }""", "Seed is 2; allowed is null with LowestFraction")]
    public void A_selection_that_no_factory_makes_is_refused_where_it_is_used(string json, string message)
    {
        var e = Assert.Throws<ArgumentException>(() => TuningPlan.Create([], Bind<KappaSelection>(json)));
        Assert.StartsWith(message, e.Message);
    }

    [Fact]
    public void A_method_and_what_ends_training()
    {
        Assert.Equal(TuningMethod.Direct, Bind<TuningMethod>("{}"));
        Assert.Equal(TuningMethod.Lora(4, 6, 0.5), Bind<TuningMethod>("""{ "Rank": 4, "Alpha": 6, "Dropout": 0.5 }"""));
        Assert.Equal(TuningMethod.LoraWithin(5000), Bind<TuningMethod>("""{ "ParameterBudget": 5000 }"""));
        Assert.Equal(new(ValidationMetric.Loss, 5), Bind<EarlyStopping>("""{ "Patience": 5 }"""));
    }

    [Fact]
    public void How_a_language_model_writes()
    {
        var options = Bind<KappaTuneLanguageModelEstimator.Options>("""
            { "BaseModel": "folder", "GeneratedTextColumnName": "Answer", "Generation": { "MaxTokens": 9, "TopP": 0.5, "Stop": ["."] } }
            """);
        Assert.Equal(["."], options.Generation!.Stop);
        Assert.Equal(new() { MaxTokens = 9, TopP = 0.5, Stop = options.Generation.Stop }, options.Generation);
        var error = Assert.Throws<InvalidOperationException>(
            () => Bind<KappaTuneLanguageModelEstimator.Options>("""{ "Generation": "greedy" }""", knowsAll: false));
        Assert.StartsWith("\"greedy\" isn't an object. Write { \"MaxTokens\"", error.InnerException!.Message);
    }

    [Fact]
    public void How_a_model_hears()
    {
        var options = Bind<KappaTuneSpeechEstimator.Options>("""
            { "BaseModel": "folder", "Input": "Samples", "SampleRate": 8000, "Sound": { "Bands": 40 }, "Fusion": { "Convolutions": 2 } }
            """);
        Assert.Equal(
            new()
            {
                BaseModel = "folder",
                Input = SpeechInput.Samples,
                SampleRate = 8000,
                Sound = new() { Bands = 40 },
                Fusion = new() { Convolutions = 2 },
            },
            options);
    }

    [Fact]
    public void A_budget()
    {
        Assert.Equal(new() { Keep = 0.98 }, Bind<RetentionBudget>("""{ "Keep": 0.98 }"""));
        Assert.Equal(
            new() { MaximumDivergence = 0.05, MaximumDrift = 0.1, MaximumRollbacks = 0 },
            Bind<RetentionBudget>("""{ "MaximumDivergence": 0.05, "MaximumDrift": 0.1, "MaximumRollbacks": 0 }"""));
    }

    /// <summary>The binder sets what a file doesn't name to its default, which follows the rank.</summary>
    [Fact]
    public void A_wrong_rank_is_one_problem()
    {
        var options = Bind<KappaTuneTextClassificationTrainer.Options>("""{ "Method": { "Rank": -3 } }""");
        var e = Assert.Throws<ArgumentException>(
            () => new MLContext().MulticlassClassification.Trainers.KappaTuneTextClassification(options));
        Assert.Contains("Method.Rank is -3", e.Message);
        Assert.DoesNotContain("Alpha", e.Message);
    }

    /// <summary>With the binder's default, which leaves out what it doesn't know.</summary>
    [Theory]
    [InlineData("Method", "Lora", """{ "Rank": 8 } for LoRA; leave it out for direct training""")]
    [InlineData("Method", "", """{ "Rank": 8 } for LoRA; leave it out for direct training""")]
    [InlineData("Selection", "LowestFraction", """{ "Policy": "LowestFraction", "Amount": 0.2 }""")]
    [InlineData("EarlyStopping", "Loss", """{ "Metric": "Loss", "Patience": 2 }; leave it out to train all epochs""")]
    [InlineData("Budget", "0.98", """{ "Keep": 0.98 }; leave it out for no budget""")]
    public void A_word_where_an_object_is_wanted_is_refused_with_what_to_write(string option, string word, string remedy)
    {
        var error = Assert.Throws<InvalidOperationException>(
            () => Bind<KappaTuneTextClassificationTrainer.Options>($$"""{ "{{option}}": "{{word}}" }""", knowsAll: false));
        Assert.Contains($"'KappaTune:{option}'", error.Message);
        Assert.Equal($"\"{word}\" isn't an object. Write {remedy}.", error.InnerException!.Message);
    }

    [Fact]
    public void A_scan_s_selection_is_an_object_too() => Assert.IsType<FormatException>(
        Assert.Throws<InvalidOperationException>(
            () => Bind<ScanOptions>("""{ "Selection": "Lowest" }""", knowsAll: false)).InnerException);

    /// <summary>What the remedy says is right.</summary>
    [Theory]
    [InlineData("""{ "Method": { "Rank": 8 } }""")]
    [InlineData("""{ "Selection": { "Policy": "LowestFraction", "Amount": 0.2 } }""")]
    [InlineData("""{ "EarlyStopping": { "Metric": "Loss", "Patience": 2 }, "ValidationFraction": 0.1 }""")]
    [InlineData("""{ "Budget": { "Keep": 0.98 } }""")]
    public void An_object_is_what_makes_a_trainer(string json) => Assert.NotNull(
        new MLContext().MulticlassClassification.Trainers.KappaTuneTextClassification(
            Bind<KappaTuneTextClassificationTrainer.Options>(json, knowsAll: false)));

    /// <summary>The binder takes an empty object for null.</summary>
    [Theory]
    [InlineData("""{ "Selection": {} }""", "Selection is null; allowed is a selection.")]
    [InlineData("""{ "Method": {} }""", "Method is null; allowed is direct, or LoRA of a Rank of 1 or more.")]
    public void An_empty_object_is_refused_where_null_is(string json, string message)
    {
        var options = Bind<KappaTuneTextClassificationTrainer.Options>(json, knowsAll: false);
        var error = Assert.Throws<ArgumentException>(
            () => new MLContext().MulticlassClassification.Trainers.KappaTuneTextClassification(options));
        Assert.StartsWith(message, error.Message);
    }

    [Theory]
    [InlineData("""{ "Alpha": 8 }""", "Method.Alpha is 8; allowed is 0 where Rank is 0: for LoRA, set a Rank of 1 or more.")]
    [InlineData("""{ "Dropout": 0.1 }""", "Method.Dropout is 0.1; allowed is 0 where Rank is 0: for LoRA, set a Rank of 1 or more.")]
    public void What_adapters_have_is_no_direct_training(string method, string message)
    {
        var options = Bind<KappaTuneTextClassificationTrainer.Options>($$"""{ "Method": {{method}} }""");
        var error = Assert.Throws<ArgumentException>(
            () => new MLContext().MulticlassClassification.Trainers.KappaTuneTextClassification(options));
        Assert.StartsWith(message, error.Message);
    }

    [Theory]
    [InlineData(typeof(KappaTuneTextClassificationTrainer.Options), """{ "MaxEpoch": 3 }""", "MaxEpoch")]
    [InlineData(typeof(KappaTuneTextClassificationTrainer.Options), """{ "Selection": { "Ammount": 3 } }""", "Ammount")]
    [InlineData(typeof(KappaTuneTextClassificationTrainer.Options), """{ "Method": { "Name": "lora" } }""", "Name")]
    [InlineData(typeof(KappaTuneTextClassificationTrainer.Options), """{ "EarlyStopping": { "Patient": 3 } }""", "Patient")]
    [InlineData(typeof(KappaTuneTextClassificationTrainer.Options), """{ "Budget": { "Kept": 0.98 } }""", "Kept")]
    [InlineData(typeof(KappaTuneEmbeddingEstimator.Options), """{ "Poling": "Mean" }""", "Poling")]
    [InlineData(typeof(ScanOptions), """{ "Precission": "Exact" }""", "Precission")]
    public void A_name_that_no_option_has_is_an_error_where_the_binder_is_asked_for_it(Type type, string json, string name)
    {
        IConfiguration section = Section(json);
        var error = Assert.Throws<InvalidOperationException>(
            () => section.Get(type, binder => binder.ErrorOnUnknownConfiguration = true));
        Assert.Contains($"'{name}'", error.Message);
        Assert.NotNull(section.Get(type));
    }

    /// <summary>Serializers that ask a type's converter before they write don't write a text.</summary>
    [Theory]
    [InlineData(typeof(TuningMethod))]
    [InlineData(typeof(KappaSelection))]
    [InlineData(typeof(EarlyStopping))]
    [InlineData(typeof(RetentionBudget))]
    [InlineData(typeof(ClassLabels))]
    public void An_object_is_never_written_as_a_text(Type type) =>
        Assert.False(TypeDescriptor.GetConverter(type).CanConvertTo(typeof(string)));

    [Fact]
    public void Classes_as_words_are_an_object()
    {
        Assert.Equal(ClassLabels.AsOutputs, Bind<KappaTuneTextClassificationTrainer.Options>("{}").ClassLabels);
        Assert.Equal(
            ClassLabels.AsWords(
                "Tweet: {text} Sarcasm:", new Dictionary<string, string> { ["1"] = "yes", ["0"] = "no" }, WordScores.Calibrated),
            Bind<KappaTuneTextClassificationTrainer.Options>("""
                {
                  "ClassLabels": { "Prompt": "Tweet: {text} Sarcasm:", "Words": { "1": "yes", "0": "no" }, "Scores": "Calibrated" }
                }
                """).ClassLabels);
    }

    [Theory]
    [InlineData("{}", 0)]
    [InlineData("""{ "Method": { "Rank": 0 } }""", 0)]
    [InlineData("""{ "Method": { "Rank": 8 } }""", 8)]
    public void A_rank_is_what_makes_a_method_lora(string json, int rank)
    {
        TuningMethod expected = rank == 0 ? TuningMethod.Direct : TuningMethod.Lora(rank);
        Assert.Equal(expected, Bind<KappaTuneTextClassificationTrainer.Options>(json).Method);
        Assert.Equal(expected, JsonSerializer.Deserialize<KappaTuneTextClassificationTrainer.Options>(json)!.Method);
    }

    [Fact]
    public void Options_of_scans_and_embeddings()
    {
        Assert.Equal(
            new()
            {
                Precision = ScanPrecision.Ranking,
                CacheDirectory = "cache",
                Part = 2,
                PartCount = 3,
                NonFinite = NonFiniteHandling.Report
            },
            Bind<ScanOptions>("""
                { "Precision": "Ranking", "CacheDirectory": "cache", "Part": 2, "PartCount": 3, "NonFinite": "Report" }
                """));
        Assert.Equal(
            new() { Model = "folder", Pooling = EmbeddingPooling.FirstToken, Normalize = false, MaxSequenceLength = 9 },
            Bind<KappaTuneEmbeddingEstimator.Options>("""
                { "Model": "folder", "Pooling": "FirstToken", "Normalize": false, "MaxSequenceLength": 9 }
                """));
    }

    private static T Bind<T>(string json, bool knowsAll = true) =>
        Section(json).Get<T>(binder => binder.ErrorOnUnknownConfiguration = knowsAll) ?? Activator.CreateInstance<T>();

    private static IConfigurationSection Section(string json) => new ConfigurationBuilder()
        .AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes($$"""{ "KappaTune": {{json}}, "Other": 1 }""")))
        .Build().GetSection("KappaTune");
}
