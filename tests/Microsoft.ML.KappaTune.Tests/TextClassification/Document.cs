namespace Microsoft.ML.KappaTune.Tests.TextClassification;

/// <summary>A row to classify, with columns of other kinds beside it.</summary>
internal sealed class Document
{
    public string? Class { get; set; }
    public string? Sentence1 { get; set; }
    public string? Sentence2 { get; set; }
    public int Number { get; set; }
    public float[] Vector { get; set; } = [];

    public static string[] Classes { get; } = ["positive", "negative", "other"];

    public static Document[] Rows(int count, int classes = 2, int seed = 1) =>
        [.. TinyModel.Texts(count, classes, seed).Select((row, i) => new Document
        {
            Class = Classes[row.Class],
            Sentence1 = row.Text,
            Sentence2 = i % 5 == 0 ? null : $"{row.Text} again",
            Number = i,
            // Some sparse, all of other lengths.
            Vector = [.. Enumerable.Range(0, i % 7).Select(j => j == 2 ? 0f : i + j)],
        })];

    /// <summary>The rows with the column Label, a key of the classes.</summary>
    public static IDataView View(MLContext context, int count, int classes = 2, int seed = 1) => Label(context, Rows(count, classes, seed));

    public static IDataView Label(MLContext context, IEnumerable<Document> rows)
    {
        IDataView data = context.Data.LoadFromEnumerable(rows);
        return context.Transforms.Conversion.MapValueToKey("Label", nameof(Class)).Fit(data).Transform(data);
    }
}
