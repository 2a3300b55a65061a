using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace KappaTune.Cli.Tests;

/// <summary>A model of another trainer's, saved by an ML.NET program: it tells the side of a line that a point is on.</summary>
internal static class PointsModel
{
    /// <summary>Trains a model on columns Label (of a kind), X and Y, and saves it.</summary>
    public static string Save(Workspace workspace, DataKind labelKind = DataKind.String, string left = "left", string right = "right")
    {
        var mlContext = new MLContext(seed: 1);
        var rows = Points(40).Select(p => (FormattableString)$"{(p.X < 0 ? left : right)}\t{p.X}\t{p.Y}");
        Write(workspace["points.tsv"], "Label\tX\tY", rows);
        IDataView points = mlContext.Data.LoadFromTextFile(
            workspace["points.tsv"], [new("Label", labelKind, 0), new("X", DataKind.Single, 1), new("Y", DataKind.Single, 2)],
            hasHeader: true);
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Transforms.Concatenate("Features", "X", "Y"))
            .Append(mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy())
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        mlContext.Model.Save(pipeline.Fit(points), points.Schema, workspace["points.zip"]);
        return workspace["points.zip"];
    }

    public static void Write(string path, string header, IEnumerable<FormattableString> rows) =>
        File.WriteAllLines(path, rows.Select(row => row.ToString(CultureInfo.InvariantCulture)).Prepend(header));

    private static IEnumerable<(int X, int Y)> Points(int count) => Enumerable.Range(1, count).Select(i => (i % 2 == 0 ? i : -i, i % 7));
}
