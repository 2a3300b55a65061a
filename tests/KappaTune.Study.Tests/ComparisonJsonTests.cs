using Microsoft.ML.KappaTune.Study;

namespace Microsoft.ML.KappaTune.Tests.Study;

/// <summary>
/// What was saved comes back, under the names that the documentation says, and what isn't a comparison is refused by name.
/// </summary>
public sealed class ComparisonJsonTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_comparison_comes_back_as_it_was()
    {
        ComparisonResult document = Sample();
        ComparisonJson.Save(document, _folder.File("a.json"));
        ComparisonResult back = ComparisonJson.Load(_folder.File("a.json"));
        ComparisonJson.Save(back, _folder.File("b.json"));
        string text = File.ReadAllText(_folder.File("a.json"));
        Assert.Equal(text, File.ReadAllText(_folder.File("b.json")));
        Assert.Equal(document.Cells[0].Points[1], back.Cells[0].Points[1] with { Retention = document.Cells[0].Points[1].Retention });
        Assert.Equal(document.Matched!.Rows[0].Forgetting, back.Matched!.Rows[0].Forgetting);
        Assert.Equal(double.PositiveInfinity, back.PerTensor[0].Scores["relativeKappa"]);
        Assert.Equal(0.25, back.Cells[0].Points[1].Retention[0].Forgetting, 1e-12);
        Assert.All(
            ["\"format\": 1", "\"kind\": \"comparison\"", "\"learningRates\"", "\"macroAccuracy\"", "\"lossBefore\"", "\"perTensor\""],
            part => Assert.Contains(part, text));
        Assert.DoesNotContain("forgetting\": 0.25", text);
    }

    [Theory]
    [InlineData("{}", "base")]
    [InlineData("null", "null")]
    [InlineData("{\"kind\"", "line 1")]
    public void What_is_no_comparison_is_refused(string json, string part)
    {
        File.WriteAllText(_folder.File("bad.json"), json);
        var error = Assert.Throws<FormatException>(() => ComparisonJson.Load(_folder.File("bad.json")));
        Assert.Contains("bad.json isn't a comparison", error.Message);
        Assert.Contains(part, error.Message);
    }

    [Fact]
    public void Another_kind_or_format_is_refused()
    {
        foreach (ComparisonResult other in (ComparisonResult[])[Sample() with { Kind = "scan" }, Sample() with { Format = 2 }])
        {
            ComparisonJson.Save(other, _folder.File("other.json"));
            Assert.Contains(
                "this version reads", Assert.Throws<FormatException>(() => ComparisonJson.Load(_folder.File("other.json"))).Message);
        }
    }

    private static ComparisonResult Sample() => new()
    {
        Study = "per-tensor",
        Base = new() { Name = "base", Parameters = 1000, Fingerprint = "F" },
        Task = new() { Name = "task", Train = 4, Test = 2, Classes = 2 },
        Controls = [new() { Name = "books", Tokens = 100, MaskedTokens = 15, Loss = 3, Accuracy = 0.4 }],
        Settings = new()
        {
            Seeds = [1, 2],
            LearningRates = [1e-3],
            HeadLearningRate = 1e-3,
            Epochs = 1,
            BatchSize = 2,
            Fraction = 0.2,
            Draws = 1,
            Schedule = "constant",
            Machine = "one core",
        },
        Methods =
        [
            new()
            {
                Id = "tensor:a", Title = "a", Description = "Only a trains.", Group = "tensor", Trainable = 10, Tensors = 1,
                Draws = [new() { Draw = 0, Trainable = 10, Tensors = ["a"] }],
            },
        ],
        Cells =
        [
            new()
            {
                Method = "tensor:a", LearningRate = 1e-3, Seed = 1, Seconds = 0.5,
                Points = [Point(0, 0.7, 3), Point(1, 0.5, 3.25)],
            },
        ],
        Failures = [new() { Method = "tensor:a", LearningRate = 1e-3, Seed = 2, Message = "Training diverged." }],
        Baselines = new() { Majority = 0.5, BagOfWords = 0.75 },
        Matched = new()
        {
            TrainLoss = 0.6,
            Rows =
            [
                new()
                {
                    Method = "tensor:a", LearningRate = 1e-3, Best = true, Reached = 1, Runs = 2,
                    Forgetting = new(0.125, null, null), ForgettingByControl = [new(0.125, null, null)], Accuracy = new(0.5, 0.25, 0.75),
                },
            ],
        },
        PerTensor =
        [
            new()
            {
                Tensor = "a", Role = "query", Layer = 0, Shape = [2, 5], Forgetting = new(0.125, null, null), Reached = 1, Runs = 2,
                Scores = new Dictionary<string, double> { ["kappa"] = 2, ["relativeKappa"] = double.PositiveInfinity },
            },
        ],
        Correlations = [new() { Score = "kappa", Spearman = 0.5, Low = -0.5, High = 1, Tensors = 3 }],
    };

    private static ComparisonPoint Point(int epoch, double trainLoss, double after) => new()
    {
        Epoch = epoch,
        TrainLoss = trainLoss,
        TestLoss = trainLoss,
        Accuracy = 0.5,
        MacroAccuracy = 0.5,
        Drift = 0,
        Retention = [new() { LossBefore = 3, LossAfter = after, AccuracyBefore = 0.4, AccuracyAfter = 0.35 }],
    };
}
