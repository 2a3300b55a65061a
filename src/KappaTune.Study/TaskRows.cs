using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.KappaTune.Retention;
using Microsoft.ML.KappaTune.Tasks.CausalLm;
using Microsoft.ML.KappaTune.Tasks.Classification;

namespace Microsoft.ML.KappaTune.Study;

/// <summary>Where a task's rows are.</summary>
public sealed record TaskFiles
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

    /// <summary>The most training rows, taken evenly over the file; null for all.</summary>
    public int? LimitTrain { get; init; }

    /// <summary>The most test rows, taken evenly over the file; null for all.</summary>
    public int? LimitTest { get; init; }

    /// <summary>How a language model is asked for classes; null for classifiers.</summary>
    public TaskPrompt? Prompt { get; init; }
}

/// <summary>A row of a task: its class, and its text or texts.</summary>
public readonly record struct TaskRow(string Label, string Text, string? Text2);

/// <summary>A task's rows in memory.</summary>
public sealed class TaskRows
{
    private TaskRows(
        TaskPrompt? prompt, IReadOnlyList<string> classes, IReadOnlyList<TextExample> train, IReadOnlyList<TextExample> test) =>
        (Prompt, Classes, Train, Test) = (prompt, classes, train, test);

    /// <summary>How a language model is asked for classes; null for classifiers.</summary>
    internal TaskPrompt? Prompt { get; }

    internal IReadOnlyList<string> Classes { get; }

    internal IReadOnlyList<TextExample> Train { get; }

    internal IReadOnlyList<TextExample> Test { get; }

    /// <summary>The test rows as what reads them: a language model has its prompts with the right words.</summary>
    internal IReadOnlyList<TaskText> TestTexts => Prompt is null ? Test : PromptExamples(Test);

    /// <summary>Rows as a language model learns them.</summary>
    internal IReadOnlyList<LanguageModelExample> PromptExamples(IReadOnlyList<TextExample> rows) =>
        [.. rows.Select(row => Prompt!.Example(row, Classes[row.Label]))];

    /// <param name="files">Of these, how many rows to take.</param>
    /// <param name="train">All rows to train on, which have all classes.</param>
    /// <param name="test">All rows to measure on.</param>
    public static TaskRows Create(TaskFiles files, IReadOnlyCollection<TaskRow> train, IReadOnlyCollection<TaskRow> test)
    {
        string[] classes = [.. train.Select(row => row.Label).Distinct().Order(StringComparer.Ordinal)];
        return new(files.Prompt, classes, Examples(train, files.LimitTrain), Examples(test, files.LimitTest));

        TextExample[] Examples(IEnumerable<TaskRow> rows, int? limit) => Evenly(
            [.. rows.Select(row => new TextExample(row.Text, row.Text2, Array.BinarySearch(classes, row.Label, StringComparer.Ordinal)))],
            limit);
    }

    /// <summary>Tells tasks apart by what is learnt from them, wherever their files lie.</summary>
    internal string Fingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(string.Join('\t', Classes));
        foreach (TextExample row in Train)
            Add($"train\t{row.Label}\t{row.Text}\t{row.Pair}");
        foreach (TextExample row in Test)
            Add($"test\t{row.Label}\t{row.Text}\t{row.Pair}");
        Prompt?.AddTo(hash, Classes);
        return Convert.ToHexString(hash.GetHashAndReset().AsSpan(0, 16));

        void Add(string text) => hash.AppendData(Encoding.UTF8.GetBytes(text + "\n"));
    }

    /// <summary>The share of the test rows whose class words and pairs of words tell.</summary>
    internal double BagOfWordsAccuracy()
    {
        return BagOfWords.Accuracy(Bags(Train), Bags(Test));

        (string Label, string Text)[] Bags(IReadOnlyList<TextExample> rows) =>
            [.. rows.Select(row => (Classes[row.Label], $"{row.Text} {row.Pair}"))];
    }

    /// <summary>The test rows of the training rows' most frequent class, as a share.</summary>
    internal double MajorityAccuracy()
    {
        int most = Train.CountBy(row => row.Label).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).First().Key;
        return (double)Test.Count(row => row.Label == most) / Test.Count;
    }

    /// <summary>Takes some rows, evenly over all, so that of a file sorted by class each class gets its share.</summary>
    internal static T[] Evenly<T>(T[] rows, int? limit) => limit is not { } count || count >= rows.Length
        ? rows
        : [.. Enumerable.Range(0, count).Select(i => rows[(int)((long)i * rows.Length / count)])];
}
