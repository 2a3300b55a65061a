using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.KappaTune.Inference.LabelWords;
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

    /// <summary>With which words a language model tells classes, after which prompt; null for classifiers.</summary>
    public ClassLabels? Labels { get; init; }

    /// <summary>Whether a language model's loss counts prompts as well as words.</summary>
    public bool CountsPrompts { get; init; }

    /// <summary>
    /// How a language model hears; null where texts are read. Then <see cref="Text"/> is the column of WAV files, whose paths are from the
    /// table's folder, and <see cref="Label"/> that of what is said.
    /// </summary>
    public ComparedSpeech? Speech { get; init; }
}

/// <summary>A row of a task: its class, and its text or texts.</summary>
public readonly record struct TaskRow(string Label, string Text, string? Text2);

/// <summary>A task's rows in memory, and of recordings what has no room there in a temporary file until this is disposed.</summary>
public sealed class TaskRows : IDisposable
{
    private TaskRows(
        LabelWordSet? words, bool countsPrompts, IReadOnlyList<string> classes, IReadOnlyList<TextExample> train,
        IReadOnlyList<TextExample> test) =>
        (Words, CountsPrompts, Classes, Train, Test) = (words, countsPrompts, classes, train, test);

    /// <summary>With which words a language model tells classes; null for classifiers.</summary>
    internal LabelWordSet? Words { get; }

    /// <summary>Whether a language model's loss counts prompts as well as words.</summary>
    internal bool CountsPrompts { get; }

    internal IReadOnlyList<string> Classes { get; }

    internal IReadOnlyList<TextExample> Train { get; }

    internal IReadOnlyList<TextExample> Test { get; }

    /// <summary>The rows as recordings; null where texts are read. Then what is said is the texts of the others.</summary>
    internal RecordingRows? Recordings { get; private init; }

    /// <param name="files">Of these, how many rows to take.</param>
    /// <param name="train">All rows to train on, which have all classes.</param>
    /// <param name="test">All rows to measure on.</param>
    /// <exception cref="ArgumentException">A word is that of no class, or two classes have the same.</exception>
    public static TaskRows Create(TaskFiles files, IReadOnlyCollection<TaskRow> train, IReadOnlyCollection<TaskRow> test)
    {
        string[] classes = [.. train.Select(row => row.Label).Distinct().Order(StringComparer.Ordinal)];
        return new(
            files.Labels is { } labels ? LabelWordSet.Create(labels, classes) : null, files.CountsPrompts, classes,
            Examples(train, files.LimitTrain), Examples(test, files.LimitTest));

        TextExample[] Examples(IEnumerable<TaskRow> rows, int? limit) => Evenly(
            [.. rows.Select(row => new TextExample(row.Text, row.Text2, Array.BinarySearch(classes, row.Label, StringComparer.Ordinal)))],
            limit);
    }

    /// <summary>The same of recordings, whose texts are paths and whose labels are what is said.</summary>
    /// <exception cref="ArgumentException">An option isn't allowed.</exception>
    /// <exception cref="FormatException">A file isn't a recording.</exception>
    /// <exception cref="IOException">There is no room for the frames in the temporary folder.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static TaskRows CreateOfSpeech(
        TaskFiles files, IReadOnlyCollection<TaskRow> train, IReadOnlyCollection<TaskRow> test, CancellationToken cancellationToken)
    {
        TaskRow[] taken = Evenly(train.ToArray(), files.LimitTrain), measured = Evenly(test.ToArray(), files.LimitTest);
        return new(null, countsPrompts: false, [], Said(taken), Said(measured))
        {
            Recordings = RecordingRows.Read(files.Speech!, taken, measured, cancellationToken),
        };

        static TextExample[] Said(TaskRow[] rows) => [.. rows.Select(row => new TextExample(row.Label, null, Label: 0))];
    }

    public void Dispose() => Recordings?.Dispose();

    /// <summary>Tells tasks apart by what is learnt from them, wherever their files lie.</summary>
    /// <param name="words">The same rows as a language model reads them; null for classifiers.</param>
    internal string Fingerprint(WordRows? words = null)
    {
        if (Recordings is { } recordings)
            return recordings.Fingerprint();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(string.Join('\t', Classes));
        foreach (TextExample row in Train)
            Add($"train\t{row.Label}\t{row.Text}\t{row.Pair}");
        foreach (TextExample row in Test)
            Add($"test\t{row.Label}\t{row.Text}\t{row.Pair}");
        if (Words is { } its)
        {
            // Keys of runs are older than the place's name.
            string template = its.Template.Template.Replace(PromptPlaces.Pair, "{text2}", StringComparison.Ordinal),
                scores = its.Scores == WordScores.Likelihood ? "" : $"\nscores\t{its.Scores}";
            IEnumerable<string> completions = Enumerable.Range(0, Classes.Count).Select(its.Completion);
            hash.AppendData(Encoding.UTF8.GetBytes(
                string.Join('\n', [$"prompt\t{CountsPrompts}", template, .. completions]) + scores));
        }

        words?.AddTo(hash);
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
