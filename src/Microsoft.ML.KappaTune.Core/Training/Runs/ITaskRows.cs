using Microsoft.ML.KappaTune.Training.Frozen;

namespace Microsoft.ML.KappaTune.Training.Runs;

/// <summary>The rows of a task as tokens, made once for all epochs.</summary>
internal interface ITaskRows
{
    int Count { get; }

    /// <summary>The texts in them: as many, or more where several are put together into a row.</summary>
    int TextCount { get; }

    /// <summary>Tokens of each row.</summary>
    IReadOnlyList<int> Lengths { get; }

    /// <summary>Texts that lost tokens because they were too long.</summary>
    int Truncated { get; }

    /// <summary>Texts that were left out because nothing of them counts in the loss.</summary>
    int Dropped { get; }

    /// <summary>The tokens that the loss counts, of all rows; null where it counts rows.</summary>
    long? CountedTokens { get; }

    /// <summary>What the loss counts of a row: the row itself, or some of its tokens.</summary>
    int CountedIn(int row);

    /// <summary>Some rows as a model takes them. Belongs to the dispose scope it is made in.</summary>
    TokenBatch Batch(int[] rows, Device device);
}
