namespace Microsoft.ML.KappaTune.Study.Pages;

/// <summary>A comparison as it is shown: means over runs, names, marks and words.</summary>
internal static class ComparisonView
{
    public static ComparisonPage Create(ComparisonResult result)
    {
        ComparisonResult document = ShownIntervals.Trim(result);
        bool tensors = document.PerTensor.Count > 0;
        MethodResult[] results = tensors ? [] : MethodResult.Rank(document);
        MethodResult? hero = MethodResult.Hero(results);
        // Marks follow the file's order, so that a method keeps its mark whatever its rank.
        var marks = document.Methods.Zip(PageMarks.OfMethods(document.Methods)).ToDictionary(pair => pair.First.Id, pair => pair.Second);
        string[] roles = [.. document.PerTensor.Select(tensor => ScoreWords.Role(tensor.Role)).Distinct()];
        return new()
        {
            Heading = tensors
                ? $"Which parts of {document.Base.Name} forget most when they learn {document.Task.Name}?"
                : $"What does {document.Base.Name} forget when it learns {(document.IsOfSpeech ? "to hear " : "")}{document.Task.Name}?",
            Lead = tensors ? TensorStudyLead.Sentences(document) : ComparisonLead.Sentences(document, results),
            Notes = [.. ComparisonNotes.Limits(document, results)],
            Figures =
            [
                .. tensors ? TensorStudyLead.Figures(document.Correlations) : ComparisonNotes.Figures(results, document.IsOfSpeech),
            ],
            Guessed = document.IsOfLanguageModel ? "next words" : "hidden words",
            Controls = [.. document.Controls.Select(control => control.Name)],
            Parameters = document.Base.Parameters + document.Task.HeadParameters,
            MatchedLoss = document.Matched?.TrainLoss,
            MatchedErrors = document.Matched?.WordErrorRate,
            OfSpeech = document.IsOfSpeech,
            Methods = [.. results.Select(result => Method(document, result, marks[result.Method.Id], result == hero))],
            Verdict = [.. ComparisonNotes.Verdict(results)],
            Baselines = document.IsOfSpeech ? [] : [.. Baselines(document.Baselines)],
            Tensors =
            [
                .. document.PerTensor.OrderBy(tensor => tensor.Forgetting is null).ThenBy(tensor => tensor.Forgetting?.Mean).Select(Tensor),
            ],
            Roles = PageMarks.Create(roles),
            Scores = [.. Scores(document)],
            TooFewRuns = ComparisonNotes.TooFewRuns(document, results),
            Facts = [.. ComparisonFacts.Create(document)],
        };
    }

    private static PageMethod Method(ComparisonResult document, MethodResult result, PageMark mark, bool hero)
    {
        string id = result.Method.Id;
        MatchedRow[] rows = [.. (document.Matched?.Rows ?? []).Where(row => row.Method == id)];
        ComparisonCell[] cells = [.. document.Cells.Where(cell => cell.Method == id)];
        double? rate = result.Row?.LearningRate ?? MostLearnt(cells);
        string[] notes = [.. result.Method.Draws.Select(draw => draw.Note).OfType<string>().Distinct()];
        return new(mark)
        {
            Description = string.Join(" ", [result.Method.Description, .. notes]),
            Hero = hero,
            Dashed = result.Method.Group == "control",
            Trainable = result.Method.Trainable,
            Tensors = result.Method.Tensors,
            LearningRate = rate,
            Forgetting = [.. document.Controls.Select((_, control) => Forgetting(result.Row, control))],
            Accuracy = result.Accuracy,
            TrainingSeconds = result.Row?.TrainingSeconds,
            Divergence = result.Row?.Divergence,
            Reached = result.Row?.Reached ?? 0,
            Runs = result.Row?.Runs ?? rows.Sum(row => row.Runs),
            Failed = document.Failures.Count(failure => failure.Method == id),
            Points = WithSteps(
                document, result.Method, rate, [.. Points([.. cells.Where(cell => cell.LearningRate == rate)], document.Controls.Count)]),
            Rates = [.. rows.OrderBy(row => row.LearningRate).Select(row => new PageRate(
                row.LearningRate, row.Best, row.Forgetting, row.Accuracy, row.Epochs, row.Reached, row.Runs))],
        };
    }

    /// <summary>The points of a model that hears have their steps, and what was measured there, with intervals.</summary>
    private static PagePoint[] WithSteps(ComparisonResult document, ComparedMethod method, double? rate, PagePoint[] points) =>
        !document.IsOfSpeech || rate is null ? points
            : [.. points.Zip(StepPoints.Create(document, method, rate.Value), (point, step) => point with
            {
                Step = step.Step,
                WordErrors = step.WordErrorRate,
                BitsPerByte = [.. step.BitsPerByte],
            })];

    /// <summary>The learning rate that ends at the lowest training loss, for a method of which no run reached the common one.</summary>
    private static double? MostLearnt(ComparisonCell[] cells) => cells
        .Where(cell => cell.Points.Count > 0)
        .GroupBy(cell => cell.LearningRate)
        .MinBy(rate => Mean(rate.Select(cell => cell.Points[^1].TrainLoss)) ?? double.PositiveInfinity)?.Key;

    private static MeanInterval? Forgetting(MatchedRow? row, int control) => control == 0
        ? row?.Forgetting
        : row?.ForgettingByControl.ElementAtOrDefault(control) is { } estimate && double.IsFinite(estimate.Mean) ? estimate : null;

    private static IEnumerable<PagePoint> Points(ComparisonCell[] cells, int controls) => cells
        .SelectMany(cell => cell.Points)
        .GroupBy(point => point.Epoch)
        .OrderBy(epoch => epoch.Key)
        .Select(epoch => new PagePoint(
            epoch.Key,
            Mean(epoch.Select(point => point.TrainLoss)),
            Mean(epoch.Select(point => point.Accuracy)),
            Mean(epoch.Select(point => point.MacroAccuracy)),
            [.. Enumerable.Range(0, controls).Select(control => Mean(OnControl(epoch, control).Select(retention => retention.Forgetting)))],
            [
                .. Enumerable.Range(0, controls)
                    .Select(control => Mean(OnControl(epoch, control).Select(retention => retention.AccuracyAfter))),
            ],
            epoch.Count()));

    private static IEnumerable<ControlTextRetention> OnControl(IEnumerable<ComparisonPoint> points, int control) =>
        points.Select(point => point.Retention.ElementAtOrDefault(control)).OfType<ControlTextRetention>();

    /// <summary>The mean, rounded to six digits; null where it isn't finite because a run diverged.</summary>
    private static double? Mean(IEnumerable<double> values)
    {
        double mean = values.DefaultIfEmpty(double.NaN).Average();
        return double.IsFinite(mean) ? Math.Round(mean, 6) : null;
    }

    private static IEnumerable<PageBaseline> Baselines(ComparisonBaselines baselines)
    {
        yield return new("most frequent class", "Always naming the most frequent class", baselines.Majority);
        if (baselines.BagOfWords is { } accuracy)
            yield return new("bag of words", "Counting words, with no model of language", accuracy);
    }

    private static PageTensor Tensor(ComparedTensor tensor) => new(
        tensor.Tensor, ScoreWords.Role(tensor.Role), tensor.Layer, string.Join(" × ", tensor.Shape), tensor.Scores,
        tensor.Forgetting, tensor.Reached, tensor.Runs);

    /// <summary>κ first, then the other scores by how strongly they go with forgetting; those without a correlation come last.</summary>
    private static IEnumerable<PageScore> Scores(ComparisonResult document)
    {
        var known = document.Correlations.ToDictionary(one => one.Score);
        return document.PerTensor.SelectMany(tensor => tensor.Scores.Keys).Distinct()
            .Select(id => (Id: id, Correlation: known.GetValueOrDefault(id)))
            .OrderBy(score => score.Id != "kappa")
            .ThenByDescending(score => Math.Abs(score.Correlation?.Spearman ?? 0))
            .Select(score => new PageScore(PageMarks.Create(ScoreWords.Find(score.Id).Title, standsOut: score.Id == "kappa"))
            {
                Id = score.Id,
                Description = ScoreWords.Find(score.Id).Description,
                Hero = score.Id == "kappa",
                Mean = Finite(score.Correlation?.Spearman),
                Low = Finite(score.Correlation?.Low),
                High = Finite(score.Correlation?.High),
                WithinRole = Finite(score.Correlation?.WithinRole),
                WithinLayer = Finite(score.Correlation?.WithinLayer),
            });
    }

    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}
