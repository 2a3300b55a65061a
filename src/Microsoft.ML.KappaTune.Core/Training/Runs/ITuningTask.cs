using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Retention;
using Microsoft.ML.KappaTune.Tokenization;
using Microsoft.ML.KappaTune.Training.Frozen;
using Microsoft.ML.KappaTune.Training.Resume;

namespace Microsoft.ML.KappaTune.Training.Runs;

/// <summary>What a run needs to know of its task: the model, the rows, and what is learnt from them and measured on them.</summary>
internal interface ITuningTask<TModel, TRows>
    where TModel : TextModel
    where TRows : class, ITaskRows
{
    TuningRequest Request { get; }

    /// <summary>The classes' names, in the order of the scores; empty where there are none.</summary>
    IReadOnlyList<string> Classes { get; }

    /// <summary>Whether the loss counts tokens, and not rows.</summary>
    bool CountsTokens { get; }

    /// <summary>The texts to train on.</summary>
    IReadOnlyList<TaskText> TrainingTexts { get; }

    /// <summary>The texts to validate on; null for none.</summary>
    IReadOnlyList<TaskText>? ValidationTexts { get; }

    /// <summary>Opens the base model that the options name.</summary>
    TuningBase OpenBase();

    /// <summary>Loads it for the task, in float32, with a new head where the task needs one.</summary>
    TModel Load(TuningBase baseModel, Device device);

    /// <summary>Everything that decides what the run computes, by name.</summary>
    SortedDictionary<string, string> Identity(TuningBase baseModel, string fingerprint, bool isBFloat16);

    /// <summary>What to call the parts of it that are hashes of what has a name.</summary>
    IReadOnlyDictionary<string, IdentityLabel> IdentityLabels();

    TRows TokenizeTraining(RowTokenizing how);

    /// <summary>Null where there is nothing to validate on.</summary>
    TRows? TokenizeValidation(RowTokenizing how);

    IRowLoss<TRows> NewLoss(TModel model, Device device);

    /// <summary>What measures the model on rows, all of which it is given once.</summary>
    IRowMeter NewMeter(TRows rows);

    /// <summary>Called before the first step with 0, and after each epoch.</summary>
    /// <param name="training">Measures the model on the training rows.</param>
    /// <param name="validation">Gives what it does on the validation rows; null where there are none.</param>
    void EpochEnded(int epoch, TModel model, Func<ValidationResult> training, Func<ValidationResult?> validation);
}

/// <summary>How rows become tokens.</summary>
/// <param name="MaxTokens">Tokens of the longest text, special ones included.</param>
/// <param name="Parallel">On how many threads, and when to stop.</param>
/// <param name="Report">Hears how many rows are done, on the caller's thread.</param>
/// <param name="Warn">Takes warnings about the rows.</param>
internal sealed record RowTokenizing(
    TransformerConfig Config, HuggingFaceTokenizer Tokenizer, int MaxTokens, ParallelOptions Parallel, Action<int> Report,
    Action<string> Warn);

/// <summary>The loss of a task.</summary>
internal interface IRowLoss<TRows> : IDisposable
{
    /// <summary>Called before a forward pass of training; what it gives is disposed once its loss is summed. Null for nothing.</summary>
    IDisposable? Watch();

    /// <summary>Summed over what counts in a batch, so that the parts of a step add up.</summary>
    /// <param name="logits">What the head gives for the batch.</param>
    Tensor Sum(Tensor logits, TRows rows, TokenBatch batch);
}

/// <summary>Measures a model on rows, batch by batch.</summary>
internal interface IRowMeter
{
    void Add(Tensor logits, TokenBatch batch);

    /// <summary>The result once all rows were added.</summary>
    ValidationResult Result();
}
