using Microsoft.ML.KappaTune.Tasks.Classification;

/// <summary>A task's rows, to train on and to test on.</summary>
internal sealed class TaskExamples
{
    private readonly TextExample[] _train;

    /// <param name="task">The task.</param>
    /// <param name="mostTestRows">Test rows at most, evenly of all.</param>
    public TaskExamples(TextTask task, int mostTestRows)
    {
        Classes = [.. task.Train.Select(row => row.Label).Distinct().Order(StringComparer.Ordinal)];
        _train = Examples(task.Train);
        Test = Examples(Corpus.Sample(task.Test, mostTestRows));
    }

    public string[] Classes { get; }

    public TextExample[] Test { get; }

    /// <summary>The test rows' classes.</summary>
    public int[] Labels => [.. Test.Select(row => row.Label)];

    /// <summary>So many rows to train on, drawn by the seed, of each class its share; all where there aren't more.</summary>
    public TextExample[] Train(int rows, int seed) =>
        rows >= _train.Length ? _train : StratifiedSplit.Split(_train, (double)rows / _train.Length, seed).Validation;

    private TextExample[] Examples(TextRow[] rows) =>
        [.. rows.Select(row => new TextExample(row.Text, null, Array.IndexOf(Classes, row.Label)))];
}
