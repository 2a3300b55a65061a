using System.Security.Cryptography;
using System.Text;
using KappaTune.Cli.Data;
using Microsoft.ML;
using Microsoft.ML.KappaTune.Tasks.Classification;

namespace KappaTune.Cli.Comparison;

/// <summary>Where a task's rows are.</summary>
internal sealed record TaskFiles
{
    public required string Train { get; init; }

    public required string Test { get; init; }

    public required string Label { get; init; }

    public required string Text { get; init; }

    public string? Text2 { get; init; }

    /// <summary>What stands between two fields; null where the file's name decides.</summary>
    public char? Separator { get; init; }

    /// <summary>Whether fields in double quotes may hold tabs and line breaks.</summary>
    public bool Quoted { get; init; }

    /// <summary>Training rows at most, taken evenly over the file; null for all.</summary>
    public int? LimitTrain { get; init; }

    /// <summary>Test rows at most, as those.</summary>
    public int? LimitTest { get; init; }
}

/// <summary>A task's rows in memory. Rows without a label are left out.</summary>
internal sealed record TaskRows(IReadOnlyList<string> Classes, IReadOnlyList<TextExample> Train, IReadOnlyList<TextExample> Test)
{
    /// <exception cref="FormatException">A file isn't as it must be; the message names it.</exception>
    public static TaskRows Read(TaskFiles files, CancellationToken cancellationToken)
    {
        var mlContext = new MLContext();
        var columns = new TextColumns(files.Label, files.Text, files.Text2);
        LabelledRows train = Open("--train", files.Train), test = Open("--test", files.Test);
        train.Labels.RequireSeveral();
        test.Labels.RequireAmong(train.Labels.Classes, "Correct it, or add rows of that class to the training rows.");
        string[] classes = [.. train.Labels.Classes.Order(StringComparer.Ordinal)];
        return new(classes, Examples(train, files.LimitTrain), Examples(test, files.LimitTest));

        LabelledRows Open(string option, string path) =>
            LabelledRows.Read(
                mlContext, TableFile.Open(option, path, TableFormat.Of(files.Separator, files.Quoted, path)), columns, cancellationToken);

        TextExample[] Examples(LabelledRows rows, int? limit) => Evenly([.. Read(rows.Rows, columns, classes)], limit);
    }

    /// <summary>Tells tasks apart by what is learnt from them, wherever their files lie.</summary>
    public string Fingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(string.Join('\t', Classes));
        foreach (TextExample row in Train)
            Add($"train\t{row.Label}\t{row.Text}\t{row.Pair}");
        foreach (TextExample row in Test)
            Add($"test\t{row.Label}\t{row.Text}\t{row.Pair}");
        return Convert.ToHexString(hash.GetHashAndReset().AsSpan(0, 16));

        void Add(string text) => hash.AppendData(Encoding.UTF8.GetBytes(text + "\n"));
    }

    /// <summary>The share of the test rows whose class words and pairs of words tell.</summary>
    public double BagOfWordsAccuracy()
    {
        return BagOfWords.Evaluate(Bags(Train), Bags(Test)).MicroAccuracy;

        (string Label, string Text)[] Bags(IReadOnlyList<TextExample> rows) => [.. rows.Select(row => (Classes[row.Label], $"{row.Text} {row.Pair}"))];
    }

    /// <summary>The test rows of the training rows' most frequent class, as a share.</summary>
    public double MajorityAccuracy()
    {
        int most = Train.CountBy(row => row.Label).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).First().Key;
        return (double)Test.Count(row => row.Label == most) / Test.Count;
    }

    /// <summary>So many rows, evenly over all: a file that is sorted by class gives each class its share.</summary>
    internal static T[] Evenly<T>(T[] rows, int? limit) => limit is not { } count || count >= rows.Length
        ? rows
        : [.. Enumerable.Range(0, count).Select(i => rows[(int)((long)i * rows.Length / count)])];

    private static IEnumerable<TextExample> Read(IDataView rows, TextColumns columns, string[] classes)
    {
        string[] names = columns.Text2 is null ? [columns.Label, columns.Text] : [columns.Label, columns.Text, columns.Text2];
        DataViewSchema.Column[] schema = [.. names.Select(name => rows.Schema[name])];
        using DataViewRowCursor cursor = rows.GetRowCursor(schema);
        ValueGetter<ReadOnlyMemory<char>>[] getters = [.. schema.Select(cursor.GetGetter<ReadOnlyMemory<char>>)];
        while (cursor.MoveNext())
        {
            if (Value(0) is { Length: > 0 } label)
                yield return new(Value(1), columns.Text2 is null ? null : Value(2), Array.BinarySearch(classes, label, StringComparer.Ordinal));
        }

        string Value(int column)
        {
            ReadOnlyMemory<char> value = default;
            getters[column](ref value);
            return value.ToString();
        }
    }
}
