using Microsoft.ML;
using Microsoft.ML.Data;

namespace KappaTune.Cli.Data;

/// <summary>What a model does on rows whose labels are known.</summary>
/// <param name="Classes">The classes' names, in the order of the confusion matrix.</param>
/// <param name="Rows">The rows that were counted.</param>
/// <param name="Unlabelled">Rows that were left out because they have no label.</param>
internal sealed record Evaluation(MulticlassClassificationMetrics Metrics, IReadOnlyList<string> Classes, long Rows, long Unlabelled)
{
    // No name that a file's column is likely to have.
    private const string LabelText = "kappatune label text", LabelKey = "kappatune label key";

    /// <summary>Scores a file's rows and compares them with their labels.</summary>
    /// <exception cref="FormatException">A column is missing, there are no rows, or a label is none of the model's classes.</exception>
    public static Evaluation Run(MLContext mlContext, ScoringModel model, TableFile file, string label, CancellationToken cancellationToken)
    {
        int place = file.IndexOf(label, "Name the column that holds labels with --label.");
        IDataView rows = file.Load(mlContext, model.Inputs(file).Append(new(LabelText, DataKind.String, place)));
        LabelColumn labels = LabelColumn.Read(file, rows, LabelText, label, cancellationToken);
        IDataView scored = model.Transform(rows);
        string key = label;
        // The model's own idea of a number such as 1.0 is better than its text; a text is compared with the classes' names.
        if (!model.TakesForNumber(label) || scored.Schema.GetColumnOrNull(label)?.Type is not KeyDataViewType)
        {
            labels.RequireAmong(model.Classes, "Correct it, or leave the row out: the model can't give it.");
            IDataView classes = mlContext.Data.LoadFromEnumerable(model.Classes.Select(name => new ClassName { Name = name }));
            key = LabelKey;
            scored = mlContext.Transforms.Conversion.MapValueToKey(key, LabelText, keyData: classes).Fit(scored).Transform(scored);
        }

        // ML.NET's evaluation knows no cancellation.
        scored = mlContext.Data.FilterByCustomPredicate<ScoredRow>(scored, _ =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            return false;
        });
        return new(mlContext.MulticlassClassification.Evaluate(scored, key), model.Classes, labels.Rows - labels.Missing, labels.Missing);
    }

    private sealed class ClassName
    {
        public string Name { get; set; } = "";
    }

    private sealed class ScoredRow
    {
        public VBuffer<float> Score { get; set; }
    }
}
