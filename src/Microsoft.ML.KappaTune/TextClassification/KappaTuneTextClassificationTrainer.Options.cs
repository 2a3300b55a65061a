namespace Microsoft.ML.KappaTune;

public sealed partial class KappaTuneTextClassificationTrainer
{
    /// <summary>The options of the <c>KappaTuneTextClassification</c> trainer. Immutable; change a copy by <c>with</c>.</summary>
    public sealed record Options : TuningOptions
    {
        /// <summary>The label's column: a key of the classes, which must be known. Default: <c>Label</c>.</summary>
        public string LabelColumnName { get; init; } = "Label";

        /// <summary>The scores' column: a probability for each class, named by the label's key values. Default: <c>Score</c>.</summary>
        public string ScoreColumnName { get; init; } = "Score";

        /// <summary>The predicted class's column, a key as the label. Default: <c>PredictedLabel</c>.</summary>
        public string OutputColumnName { get; init; } = "PredictedLabel";

        /// <summary>The text's column. Default: <c>Sentence1</c>.</summary>
        public string Sentence1ColumnName { get; init; } = "Sentence1";

        /// <summary>The second text's column, for tasks on pairs of texts; null for none. Default: null.</summary>
        public string? Sentence2ColumnName { get; init; }

        /// <summary>Data to validate on after each epoch, with the columns of the training data; null for none. Default: null.</summary>
        public IDataView? ValidationSet { get; init; }

        /// <summary>What a row without a label does. Default: <see cref="MissingLabels.Skip"/>.</summary>
        public MissingLabels MissingLabels { get; init; }

        /// <summary>
        /// The share of each label's weight in the loss that goes to all classes alike; 0 or more, below 1. Default: 0.
        /// </summary>
        public double LabelSmoothing { get; init; }

        /// <summary>How much the rows of each class count. Default: <see cref="ClassWeights.None"/>.</summary>
        public ClassWeights ClassWeights { get; init; }

        /// <summary>Which weights a saved model holds. Default: <see cref="WeightStorage.Full"/>.</summary>
        public WeightStorage WeightStorage { get; init; }
    }
}
