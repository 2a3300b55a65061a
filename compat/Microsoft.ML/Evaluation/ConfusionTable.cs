using System.Globalization;
using System.Text;

namespace Microsoft.ML.Data;

/// <summary>A confusion matrix as a table of fixed-width text.</summary>
internal static class ConfusionTable
{
    private const string Predicted = "PREDICTED";

    public static string Format(ConfusionMatrix matrix, IReadOnlyList<string> names, bool isBinary)
    {
        int classes = matrix.NumberOfClasses;
        int width = classes == 2 ? 8 : 5;

        // Names that don't fit a column are numbered at the rows, and the columns carry the numbers alone.
        int longest = names.Max(name => name.Length);
        bool numbered = longest > width;
        int digits = Math.Max(classes - 1, 1).ToString(CultureInfo.InvariantCulture).Length;
        int margin = Math.Max(Predicted.Length, numbered ? digits + 2 + longest : longest);

        string Row(string title, string rest) => title + " ||" + rest;
        string Cells(IEnumerable<string> cells) => string.Concat(cells.Select(cell => cell.PadLeft(width + 1) + " |"));
        string RowTitle(int c) => numbered
            ? $"{c.ToString(CultureInfo.InvariantCulture).PadLeft(digits)}. {names[c].PadLeft(margin - digits - 2)}"
            : names[c].PadLeft(margin);
        string line = new('=', classes * (width + 3));

        var text = new StringBuilder();
        text.AppendLine(isBinary ? PositiveRatio(matrix) : "");
        text.AppendLine("Confusion table");
        text.AppendLine(Row(new string(' ', margin), line));
        text.Append(Row(Predicted.PadRight(margin), Cells(Enumerable.Range(0, classes).Select(c => numbered ? Text(c, "0") : names[c]))))
            .AppendLine(" Recall");
        text.AppendLine(Row("TRUTH".PadRight(margin), line));
        for (int c = 0; c < classes; c++)
            text.Append(Row(RowTitle(c), Cells(matrix.Counts[c].Select(count => Text(count, "0"))))).Append(' ')
                .AppendLine(Text(matrix.PerClassRecall[c], "F4"));
        text.AppendLine(Row(new string(' ', margin), line));
        text.AppendLine(Row("Precision".PadRight(margin), Cells(matrix.PerClassPrecision.Select(precision => Text(precision, "F4")))));
        return text.ToString();
    }

    private static string PositiveRatio(ConfusionMatrix matrix)
    {
        double positive = matrix.Counts[0].Sum(), negative = matrix.Counts[1].Sum();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"TEST POSITIVE RATIO:\t{positive / (positive + negative):F4} ({positive:F1}/({positive:F1}+{negative:F1}))");
    }

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
