using System.Globalization;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;

/// <summary>Every recorded table gives the recorded metrics, confusion table, error and warnings.</summary>
public class MetricsGoldenTests
{
    public static TheoryData<string, int, string> Recorded()
    {
        var rows = new TheoryData<string, int, string>();
        foreach (TheoryDataRow<string> row in Golden.Files("ml/metrics", "*.json"))
        {
            if (row.Data.Length == 0)
            {
                rows.Add("", 0, "");
                continue;
            }

            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Golden.Open(row.Data)));
            int index = 0;
            foreach (JsonElement entry in document.RootElement.EnumerateArray())
                rows.Add(row.Data, index++, entry.GetProperty("name").GetString()!);
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Recorded))]
    public void Evaluate_gives_what_was_recorded(string file, int index, string name)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Golden.Open(file)));
        JsonElement entry = document.RootElement[index];
        Assert.Equal(name, entry.GetProperty("name").GetString());
        var context = new MLContext(seed: 1);
        var warnings = new List<string>();
        context.Log += (_, e) =>
        {
            if (e.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning)
                warnings.Add(e.Message);
        };
        IDataView data = Load(context, entry);

        int results = 0;
        foreach (JsonProperty property in entry.EnumerateObject()
            .Where(p => p.Name.StartsWith("topKPredictionCount ", StringComparison.Ordinal)))
        {
            results++;
            int k = int.Parse(property.Name["topKPredictionCount ".Length..], CultureInfo.InvariantCulture);
            if (property.Value.TryGetProperty("error", out JsonElement error))
            {
                Exception? thrown = Record.Exception(() => context.MulticlassClassification.Evaluate(data, topKPredictionCount: k));
                Assert.NotNull(thrown);
                Assert.Equal(
                    error.GetProperty("type").GetString() + ": " + error.GetProperty("message").GetString(),
                    thrown.GetType() + ": " + thrown.Message);
            }
            else
            {
                Compare(property.Value, context.MulticlassClassification.Evaluate(data, topKPredictionCount: k));
            }
        }

        Assert.NotEqual(0, results);
        Assert.Equal(entry.GetProperty("warnings").EnumerateArray().Select(w => w.GetString()), warnings);
    }

    private static IDataView Load(MLContext context, JsonElement entry)
    {
        int classes = entry.GetProperty("classes").GetInt32();
        JsonElement[] rows = [.. entry.GetProperty("rows").EnumerateArray()];
        string labelType = entry.GetProperty("labelType").GetString()!;
        if (labelType != "Single")
        {
            ulong labelCount = ulong.Parse(labelType.Split('-', '>')[1], CultureInfo.InvariantCulture) + 1;
            string[]? names = entry.GetProperty("classNames") is { ValueKind: JsonValueKind.Array } array
                ? [.. array.EnumerateArray().Select(n => n.GetString()!)] : null;
            return ScoredRows.Keys(
                context, classes, labelCount, rows.Select(row => ((uint)Label(row), (uint)Predicted(row), Score(row))), names);
        }

        // The recording says by the case's name which type the predicted label has.
        return entry.GetProperty("name").GetString()!.Contains("key predicted label", StringComparison.Ordinal)
            ? ScoredRows.FloatLabels(context, classes, rows.Select(row => (Label(row), (uint)Predicted(row), Score(row))))
            : ScoredRows.Floats(context, classes, rows.Select(row => (Label(row), Predicted(row), Score(row))));

        static float Label(JsonElement row) => (float)Number(row.GetProperty("label"));
        static float Predicted(JsonElement row) => (float)Number(row.GetProperty("predictedLabel"));
        static float[] Score(JsonElement row) =>
            [.. row.GetProperty("score").EnumerateArray()
            .Select(s => s.ValueKind == JsonValueKind.Number ? s.GetSingle() : (float)Number(s))];
    }

    private static void Compare(JsonElement expected, MulticlassClassificationMetrics actual)
    {
        foreach (JsonProperty metric in expected.EnumerateObject())
        {
            switch (metric.Name)
            {
                case "NumberOfClasses":
                    Assert.Equal(metric.Value.GetInt32(), actual.ConfusionMatrix.NumberOfClasses);
                    break;
                case "Counts":
                    Assert.Equal(
                        metric.Value.EnumerateArray().Select(row => row.EnumerateArray().Select(Number).ToArray()),
                        actual.ConfusionMatrix.Counts);
                    break;
                case "PerClassPrecision":
                    Close(metric, actual.ConfusionMatrix.PerClassPrecision);
                    break;
                case "PerClassRecall":
                    Close(metric, actual.ConfusionMatrix.PerClassRecall);
                    break;
                case "FormattedConfusionTable":
                    Assert.Equal(metric.Value.GetString(), actual.ConfusionMatrix.GetFormattedConfusionTable().ReplaceLineEndings("\n"));
                    break;
                default:
                    object? value = typeof(MulticlassClassificationMetrics).GetProperty(metric.Name)!.GetValue(actual);
                    if (metric.Value.ValueKind == JsonValueKind.Null)
                        Assert.Null(value);
                    else if (value is IEnumerable<double> list)
                        Close(metric, list);
                    else
                        Close(metric.Name, Number(metric.Value), Convert.ToDouble(value, CultureInfo.InvariantCulture));
                    break;
            }
        }
    }

    private static void Close(JsonProperty expected, IEnumerable<double> actual)
    {
        double[] values = [.. actual];
        Assert.Equal(expected.Value.GetArrayLength(), values.Length);
        for (int i = 0; i < values.Length; i++)
            Close($"{expected.Name}[{i}]", Number(expected.Value[i]), values[i]);
    }

    private static void Close(string name, double expected, double actual) => Assert.True(
        expected.Equals(actual) || Math.Abs(expected - actual) <= 1e-9 * Math.Abs(expected),
        string.Create(CultureInfo.InvariantCulture, $"{name}: expected {expected:R}, got {actual:R}"));

    private static double Number(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number ? value.GetDouble() : double.Parse(value.GetString()!, CultureInfo.InvariantCulture);
}
