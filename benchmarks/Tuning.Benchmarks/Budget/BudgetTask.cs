using Microsoft.ML.KappaTune.Tasks.Classification;

/// <summary>A task's rows by class.</summary>
internal sealed class BudgetTask
{
    private const int MostTestRows = 1000;

    private readonly TextExample[] _train;

    public BudgetTask(TextTask task)
    {
        Classes = [.. task.Train.Select(row => row.Label).Distinct().Order(StringComparer.Ordinal)];
        _train = Examples(task.Train);
        Test = Examples(Corpus.Sample(task.Test, MostTestRows));
    }

    public string[] Classes { get; }

    public TextExample[] Test { get; }

    /// <summary>So many rows to train on, drawn by the seed, of each class its share; all where there aren't more.</summary>
    public TextExample[] Train(int rows, int seed) =>
        rows >= _train.Length ? _train : StratifiedSplit.Split(_train, (double)rows / _train.Length, seed).Validation;

    private TextExample[] Examples(TextRow[] rows) =>
        [.. rows.Select(row => new TextExample(row.Text, null, Array.IndexOf(Classes, row.Label)))];
}
