using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.ML.KappaTune.Options;

namespace Microsoft.ML.KappaTune;

public sealed partial class KappaTuneTextClassificationTrainer
{
    /// <summary>The options of the <c>KappaTuneTextClassification</c> trainer. Immutable; change a copy by <c>with</c>.</summary>
    public sealed record Options : TuningOptions
    {
        /// <summary>The label's column: a key of the classes, which must be known. Default: <c>Label</c>.</summary>
        [Required, Allowed("the name of a column"), IdentifiedBy("the training rows")]
        public string LabelColumnName { get; init; } = "Label";

        /// <summary>The scores' column: a probability for each class, named by the label's key values. Default: <c>Score</c>.</summary>
        [Required, Allowed("the name of a column"), NoEffectOnResult]
        public string ScoreColumnName { get; init; } = "Score";

        /// <summary>The predicted class's column, a key as the label. Default: <c>PredictedLabel</c>.</summary>
        [Required, Allowed("the name of a column"), NoEffectOnResult]
        public string OutputColumnName { get; init; } = "PredictedLabel";

        /// <summary>The text's column. Default: <c>Sentence1</c>.</summary>
        [Required, Allowed("the name of a column"), IdentifiedBy("the training rows")]
        public string Sentence1ColumnName { get; init; } = "Sentence1";

        /// <summary>The second text's column, for tasks on pairs of texts; null for none. Default: null.</summary>
        [MinLength(1), Allowed("the name of a column"), IdentifiedBy("the training rows")]
        public string? Sentence2ColumnName { get; init; }

        /// <summary>Data to validate on after each epoch, with the columns of the training data; null for none. Default: null.</summary>
        [IdentifiedBy("the validation rows")]
        public IDataView? ValidationSet { get; init; }

        /// <summary>
        /// Data to measure on what the model kept, as <see cref="TuningOptions.RetentionText"/>, for who has no file of it: in the column
        /// <see cref="Sentence1ColumnName"/>, a text a row, best whole paragraphs. Without RetentionText; null for none. Default: null.
        /// </summary>
        [IdentifiedBy("the control text")]
        public IDataView? RetentionSet { get; init; }

        /// <summary>What a row without a label does. Default: <see cref="MissingLabels.Skip"/>.</summary>
        [IdentifiedBy("the training rows")]
        public MissingLabels MissingLabels { get; init; }

        /// <summary>
        /// What the classes are to the model: outputs of a new head, or, for a decoder, words that complete a prompt with the text. With
        /// words there are no <see cref="LabelSmoothing"/> and no <see cref="TuningOptions.HeadEpochs"/>. Default: outputs.
        /// </summary>
        [Allowed("outputs, or words after a prompt"), IdentifiedBy("the classes")]
        public ClassLabels ClassLabels { get; init; } = ClassLabels.AsOutputs;

        /// <summary>The share of each label's weight in the loss that goes to all classes alike; 0 or more, below 1. Default: 0.</summary>
        [Description("The share of a label's weight that goes to all classes alike"), Range(0.0, 1.0, MaximumIsExclusive = true)]
        public double LabelSmoothing { get; init; }

        /// <summary>How much the rows of each class count. Default: <see cref="ClassWeights.None"/>.</summary>
        [Description("balanced: every class counts the same, whatever its rows")]
        public ClassWeights ClassWeights { get; init; }

        /// <summary>Which weights a saved model holds. Default: <see cref="WeightStorage.Full"/>.</summary>
        [Description("full: the .zip needs nothing else; changed: it is small, and needs the base model's folder"), NoEffectOnResult]
        public WeightStorage WeightStorage { get; init; }
    }
}
