using System.Text.RegularExpressions;
using Microsoft.ML.Data;

namespace Microsoft.ML.KappaTune.Study;

/// <summary>The baseline without a base model: frequent words and pairs of words, into ML.NET's logistic regression.</summary>
public static partial class BagOfWords
{
    private const int Terms = 4096;

    /// <summary>Learns from some texts, and returns the share of other texts that it classifies right.</summary>
    public static double Accuracy(IReadOnlyList<(string Label, string Text)> train, IReadOnlyList<(string Label, string Text)> test)
    {
        Dictionary<string, int> terms = train.SelectMany(row => TermsOf(row.Text).Distinct())
            .CountBy(term => term).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .Take(Terms).Select((pair, i) => (pair.Key, i)).ToDictionary(pair => pair.Key, pair => pair.i, StringComparer.Ordinal);
        var mlContext = new MLContext(seed: 1);
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy(l1Regularization: 0, l2Regularization: 0.1f));
        return mlContext.MulticlassClassification.Evaluate(pipeline.Fit(View(train)).Transform(View(test))).MicroAccuracy;

        IDataView View(IEnumerable<(string Label, string Text)> rows) => mlContext.Data.LoadFromEnumerable(
            rows.Select(row => new Bag { Label = row.Label, Features = Features(row.Text, terms) }));
    }

    /// <summary>1 for each term that is there, scaled to length 1.</summary>
    private static float[] Features(string text, Dictionary<string, int> terms)
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
