using System.Text.RegularExpressions;
using Microsoft.ML;
using Microsoft.ML.Data;

/// <summary>The baseline: words and pairs of words that are frequent in training, weighted alike, into a logistic regression.</summary>
internal static partial class BagOfWords
{
    private const int Terms = 4096;

    public static MulticlassClassificationMetrics Evaluate(TextTask task)
    {
        Dictionary<string, int> terms = task.Train.SelectMany(row => TermsOf(row.Text).Distinct())
            .CountBy(term => term).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .Take(Terms).Select((pair, i) => (pair.Key, i)).ToDictionary(pair => pair.Key, pair => pair.i, StringComparer.Ordinal);
        var context = new MLContext(seed: 1);
        IDataView train = View(task.Train), test = View(task.Test);
        var pipeline = context.Transforms.Conversion.MapValueToKey("Label")
            .Append(context.MulticlassClassification.Trainers.LbfgsMaximumEntropy(l1Regularization: 0, l2Regularization: 0.1f));
        return context.MulticlassClassification.Evaluate(pipeline.Fit(train).Transform(test));

        IDataView View(TextRow[] rows) => context.Data.LoadFromEnumerable(rows.Select(row => new Bag { Label = row.Label, Features = Features(row.Text) }));

        float[] Features(string text)
        {
            float[] features = new float[Terms];
            foreach (string term in TermsOf(text))
            {
                if (terms.TryGetValue(term, out int place))
                    features[place] = 1;
            }

            float norm = MathF.Sqrt(Math.Max(1, features.Sum()));
            return [.. features.Select(value => value / norm)];
        }
    }

    private static IEnumerable<string> TermsOf(string text)
    {
        string before = "";
        foreach (Match match in Word().Matches(text.ToLowerInvariant()))
        {
            yield return match.Value;
            if (before.Length > 0)
                yield return $"{before} {match.Value}";
            before = match.Value;
        }
    }

    [GeneratedRegex(@"\w+|[^\w\s]")]
    private static partial Regex Word();

    private sealed class Bag
    {
        public string Label { get; set; } = "";

        [VectorType(Terms)]
        public float[] Features { get; set; } = [];
    }
}
