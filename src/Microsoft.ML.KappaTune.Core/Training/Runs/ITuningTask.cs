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

    /// <summary>Gives what doesn't train, and isn't in the base model's own files, the values again that it was loaded with.</summary>
    void RestoreFrozen(TModel model, TuningBase baseModel)
    {
    }

    /// <summary>The highest learning rate of a parameter that the base doesn't have.</summary>
    double RateOf(string newParameter) => Request.Options.HeadLearningRate;

    /// <summary>Everything that decides what the run computes, by name.</summary>
    SortedDictionary<string, string> Identity(TuningBase baseModel, string fingerprint, bool isBFloat16);

    /// <summary>What to call the parts of it that are hashes of what has a name.</summary>
    IReadOnlyDictionary<string, IdentityLabel> IdentityLabels();

    TRows TokenizeTraining(RowTokenizing how);

    /// <summary>Null where there is nothing to validate on.</summary>
    TRows? TokenizeValidation(RowTokenizing how);

    /// <summary>
    /// Called before the first step, with the model as it trains: computes what its rows need in every epoch, and no training changes. What
    /// is kept of that is disposed when the training has ended; null for nothing.
    /// </summary>
    /// <param name="report">Hears how many rows are done, and how many there are.</param>
    IDisposable? Prepare(TModel model, Device device, Action<int, int> report) => null;

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
    /// <summary>
    /// Called before the layers that train run in training; what it gives is disposed once their gradients are known. Null for nothing.
    /// </summary>
    IDisposable? Watch();

    /// <summary>
    /// Adds the gradients of a batch's share of its step's loss, and gives that share: the sum over what counts in the batch, divided by
    /// what counts in the step, so that shares and gradients of the step's batches add up.
    /// </summary>
    /// <param name="model">What gives the states, and has the head.</param>
    /// <param name="states">What the head takes of the batch.</param>
    /// <param name="counted">What counts in the step.</param>
    double Backward(TextModel model, Tensor states, TRows rows, TokenBatch batch, int counted);
}

/// <summary>Measures a model on rows, batch by batch.</summary>
internal interface IRowMeter
{
    /// <param name="model">What gives the states, and has the head.</param>
    /// <param name="states">What the head takes of the batch.</param>
    void Add(TextModel model, Tensor states, TokenBatch batch);

    /// <summary>Measures what takes more than states, once all rows were added.</summary>
    /// <param name="model">The model as it is then.</param>
    /// <param name="report">Hears, on the caller's thread, how many rows are done, at first 0, and how many there are.</param>
    /// <param name="cancellationToken">Ends it.</param>
    void Finish(TextModel model, Action<int, int> report, CancellationToken cancellationToken)
    {
    }

    /// <summary>The result once all is measured.</summary>
    ValidationResult Result();
}
