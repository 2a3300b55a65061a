using System.Text.RegularExpressions;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.KappaTune.Tuning;

namespace KappaTune.Tool.Comparison;

/// <summary>What can be had without a base model: frequent words and pairs of words, into ML.NET's logistic regression.</summary>
internal static partial class BagOfWords
{
    private const int Terms = 4096;

    /// <summary>The share of the test rows whose class it finds.</summary>
    public static double Accuracy(TaskRows rows)
    {
        Dictionary<string, int> terms = rows.Train.SelectMany(row => TermsOf(row).Distinct())
            .CountBy(term => term).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .Take(Terms).Select((pair, i) => (pair.Key, i)).ToDictionary(pair => pair.Key, pair => pair.i, StringComparer.Ordinal);
        var mlContext = new MLContext(seed: 1);
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy(l1Regularization: 0, l2Regularization: 0.1f));
        return mlContext.MulticlassClassification.Evaluate(pipeline.Fit(View(rows.Train)).Transform(View(rows.Test))).MicroAccuracy;

        IDataView View(IReadOnlyList<TextExample> examples) => mlContext.Data.LoadFromEnumerable(
            examples.Select(row => new Bag { Label = rows.Classes[row.Label], Features = Features(row, terms) }));
    }

    /// <summary>1 for each term that is there, scaled to length 1.</summary>
    private static float[] Features(TextExample row, Dictionary<string, int> terms)
    {
        float[] features = new float[Terms];
        foreach (string term in TermsOf(row))
        {
            if (terms.TryGetValue(term, out int place))
                features[place] = 1;
        }

        float norm = MathF.Sqrt(Math.Max(1, features.Sum()));
        return [.. features.Select(value => value / norm)];
    }

    private static IEnumerable<string> TermsOf(TextExample row)
    {
        string before = "";
        foreach (Match match in Word().Matches($"{row.Text} {row.Pair}".ToLowerInvariant()))
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
