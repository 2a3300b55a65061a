using Microsoft.ML.KappaTune.Study;

namespace Microsoft.ML.KappaTune.Tests.Study;

/// <summary>Made comparisons: what each method comes to is given, and its runs lead there.</summary>
internal static class ComparisonSample
{
    private const double MatchedLoss = 0.25;

    /// <summary>What a made method comes to. Without a width, it had a single run; without forgetting, it never learnt as much.</summary>
    public sealed record Made(
        string Id, string Title, string Group, double? Forgetting, double? Width = 0.01, int Tensors = 6, int Draws = 1)
    {
        public double Accuracy { get; init; } = 0.8;
    }

    public static readonly Made Lowest = new("kappa-lowest", "Lowest κ", "selection", 0.05);
    public static readonly Made Chance = new("random", "Random tensors", "control", 0.08, Draws: 3);
    public static readonly Made Full = new("full", "All parameters", "reference", 0.2, Tensors: 26);
    public static readonly Made HeadOnly = new("head", "Head only", "reference", 0, 0, Tensors: 0) { Accuracy = 0.62 };

    public static ComparisonResult Few() => Document(Full, HeadOnly, Lowest, Chance);

    /// <summary>All that a whole comparison has, two control texts and failures among it.</summary>
    public static ComparisonResult Many()
    {
        ComparisonResult document = Document(
            Full,
            HeadOnly,
            new("biases", "Biases only", "reference", 0.021, 0.006, Tensors: 33) { Accuracy = 0.71 },
            Lowest with { Accuracy = 0.79 },
            new("kappa-relative", "Lowest relative κ", "selection", 0.061, 0.012) { Accuracy = 0.805 },
            new("kappa-per-role", "Lowest κ in each role", "selection", 0.072, 0.008) { Accuracy = 0.81 },
            new("kappa-highest", "Highest κ", "control", 0.13, 0.03),
            Chance with { Accuracy = 0.8 },
            new("random-matched", "Random, same roles and layers", "control", 0.058, 0.009, Draws: 3) { Accuracy = 0.78 },
            new("lora-kappa", "LoRA on lowest κ", "adapter", 0.09, 0.02) { Accuracy = 0.83 },
            new("lora-all", "LoRA everywhere", "adapter", 0.11, 0.015, Tensors: 24) { Accuracy = 0.84 },
            new("tiny", "Last layer only", "control", null));
        return document with
        {
            Failures =
            [
                new() { Method = "full", LearningRate = 0.003, Seed = 2, Message = "The loss is NaN after step 12." },
                new() { Method = "full", LearningRate = 0.003, Seed = 3, Message = "The process was ended." },
            ],
        };
    }

    public static ComparisonResult Document(params Made[] methods) => Document(seeds: 3, methods);

    public static ComparisonResult Document(int seeds, params Made[] methods) => new()
    {
        Study = "methods",
        Base = new() { Name = "embedded", Parameters = 4_200_000, Fingerprint = "0123abcd" },
        Task = new() { Name = "support-tickets", Train = 480, Test = 120, Classes = 5, HeadParameters = 965 },
        Controls =
        [
            new() { Name = "gutenberg held-out", Tokens = 65_536, MaskedTokens = 9_830, Loss = 3.4, Accuracy = 0.36 },
            new() { Name = "wikitext-2", Tokens = 65_536, MaskedTokens = 9_800, Loss = 4.6, Accuracy = 0.24 },
        ],
        Settings = new()
        {
            Seeds = [.. Enumerable.Range(1, seeds)],
            LearningRates = [0.0003, 0.001, 0.003],
            HeadLearningRate = 0.001,
            Epochs = 8,
            BatchSize = 16,
            Fraction = 0.2,
            Draws = 2,
            Schedule = "rising over a tenth of the steps, then falling to 0",
            Machine = "8 cores",
        },
        Methods = [.. methods.Select(Method)],
        Cells = [.. methods.SelectMany(method => Cells(method, seeds))],
        Baselines = new() { Majority = 0.22, BagOfWords = 0.725 },
        Matched = new() { TrainLoss = MatchedLoss, Rows = [.. methods.SelectMany(method => Rows(method, seeds))] },
    };

    /// <summary>The same of models that hear, measured every ten steps.</summary>
    public static ComparisonResult Hearing()
    {
        ComparisonResult few = Few();
        ComparedControlText[] controls = [.. few.Controls.Select(control => control with { Bytes = 4 * control.MaskedTokens })];
        return few with
        {
            Task = few.Task with { Classes = 0 },
            Controls = controls,
            Cells = [.. few.Cells.Select(cell => cell with { Points = [.. cell.Points.Select(Heard)] })],
            Baselines = new() { Majority = 0 },
            Matched = few.Matched! with { TrainLoss = null, WordErrorRate = 0.4 },
        };

        ComparisonPoint Heard(ComparisonPoint point) => point with
        {
            Step = 10 * point.Epoch,
            WordErrorRate = 1.2 - point.Accuracy,
            CharacterErrorRate = 1 - point.Accuracy,
            BitsPerByte = point.Retention[0].LossAfter * controls[0].BitsPerByteOfNat,
        };
    }

    /// <summary>A study of 24 tensors: forgetting goes with depth, and with κ as far as <paramref name="kappa"/> says.</summary>
    public static ComparisonResult PerTensor(ForgettingCorrelation? kappa = null)
    {
        string[] roles = ["query", "key", "value", "attention_output", "feed_forward_in", "feed_forward_out"];
        ComparedTensor[] tensors =
        [
            .. Enumerable.Range(0, 24).Select(index =>
            {
                (int layer, int role) = (index / 6, index % 6);
                double forgetting = 0.05 + 0.04 * layer + 0.01 * (index * 7 % 5);
                return new ComparedTensor
                {
                    Tensor = $"encoder.layer.{layer}.{roles[role]}.weight",
                    Role = roles[role],
                    Layer = layer,
                    Shape = role >= 4 ? [768, 192] : [192, 192],
                    Scores = new Dictionary<string, double>
                    {
                        ["kappa"] = index == 5 ? double.PositiveInfinity : 3 * Math.Pow(2, index * 5 % 11),
                        ["relativeKappa"] = 0.5 + 0.1 * (index * 3 % 7),
                        ["depth"] = layer,
                        ["parameters"] = role >= 4 ? 147_456 : 36_864,
                    },
                    Forgetting = index == 23 ? null : new(forgetting, forgetting - 0.01, forgetting + 0.015),
                    LearningRate = 0.001,
                    Reached = index == 23 ? 0 : 3,
                    Runs = 3,
                };
            }),
        ];
        return Few() with
        {
            Study = "per-tensor",
            PerTensor = tensors,
            Correlations =
            [
                kappa ?? Correlation("kappa", 0.31, -0.1, 0.63),
                Correlation("relativeKappa", -0.05, -0.42, 0.35),
                Correlation("depth", 0.91, 0.8, 0.96) with { WithinLayer = null },
                Correlation("parameters", 0.12, -0.28, 0.5),
            ],
        };
    }

    public static ForgettingCorrelation Correlation(string score, double spearman, double low, double high) =>
        new() { Score = score, Spearman = spearman, Low = low, High = high, WithinRole = 0.2, WithinLayer = -0.1, Tensors = 23 };

    private static ComparedMethod Method(Made made) => new()
    {
        Id = made.Id,
        Title = made.Title,
        Description = $"What “{made.Title}” does, in a sentence.",
        Group = made.Group,
        Trainable = 965 + 36_864L * made.Tensors,
        Tensors = made.Tensors,
        RateFactor = made.Group == "adapter" ? 3 : 1,
        Draws = [.. Enumerable.Range(0, made.Draws).Select(
            draw => new MethodDraw { Draw = draw, Trainable = 965 + 36_864L * made.Tensors, Tensors = [] })],
    };

    private static double[] Rates(Made made) =>
        [.. new[] { 0.0003, 0.001, 0.003 }.Select(rate => made.Group == "adapter" ? 3 * rate : rate)];

    private static IEnumerable<MatchedRow> Rows(Made made, int seeds) => Rates(made).Select((rate, index) =>
    {
        MeanInterval? forgetting = made.Forgetting is { } mean ? Interval(mean * (1 + 0.5 * Math.Abs(index - 1)), made.Width, seeds) : null;
        return new MatchedRow
        {
            Method = made.Id,
            LearningRate = rate,
            Best = index == 1 && forgetting is not null,
            Forgetting = forgetting,
            ForgettingByControl =
                forgetting is null ? [] : [forgetting, forgetting with { Mean = 2 * forgetting.Mean, Low = null, High = null }],
            Accuracy = forgetting is null ? null : Interval(made.Accuracy, 0.02, seeds),
            Epochs = forgetting is null ? null : Interval(4.5, 0.5, seeds),
            Reached = forgetting is null ? 0 : seeds * made.Draws,
            Runs = seeds * made.Draws,
        };
    });

    private static MeanInterval Interval(double mean, double? width, int seeds) =>
        seeds == 1 || width is null ? new(mean, null, null) : new(mean, mean - width, mean + width);

    private static IEnumerable<ComparisonCell> Cells(Made made, int seeds) =>
        from index in Enumerable.Range(0, 3)
        from draw in Enumerable.Range(0, made.Draws)
        from seed in Enumerable.Range(1, seeds)
        select new ComparisonCell
        {
            Method = made.Id,
            Draw = draw,
            LearningRate = Rates(made)[index],
            Seed = seed,
            Seconds = 30,
            Points = [.. Enumerable.Range(0, 9).Select(epoch => Point(made, index, epoch, seed))],
        };

    private static ComparisonPoint Point(Made made, int rate, int epoch, int seed)
    {
        // A run is where it's matched after 4.5 epochs.
        double progress = epoch / 4.5;
        double forgetting = (made.Forgetting ?? 0.02) * (1 + 0.5 * Math.Abs(rate - 1)) * Math.Pow(progress, 1.3);
        double top = made.Forgetting is null ? 0.55 : made.Accuracy + 0.03;
        double accuracy = epoch == 0 ? 0.2 : Math.Min(1, top - (top - 0.35) * Math.Exp(-2.6 * progress / 1.2) + 0.002 * seed);
        return new()
        {
            Epoch = epoch,
            TrainLoss = (made.Forgetting is null ? 1.5 - 0.1 * rate : 1.6) * Math.Exp((made.Forgetting is null ? -0.2 : -1.86) * progress),
            TestLoss = 1.7 * Math.Exp(-1.5 * progress),
            Accuracy = accuracy,
            MacroAccuracy = accuracy - 0.01,
            Retention =
            [
                new() { LossBefore = 3.4, LossAfter = 3.4 + forgetting, AccuracyBefore = 0.36, AccuracyAfter = 0.36 - forgetting / 5 },
                new() { LossBefore = 4.6, LossAfter = 4.6 + 2 * forgetting, AccuracyBefore = 0.24, AccuracyAfter = 0.24 - forgetting / 5 },
            ],
            Drift = 0.1 * progress,
        };
    }
}
