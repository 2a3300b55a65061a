using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.TextClassification;

namespace Microsoft.ML.KappaTune.Tests.TextClassification;

internal static partial class TinyClassifier
{
    /// <summary>A function of one or two text columns.</summary>
    public static ClassificationFunction Function(TextClassifier classifier, MLContext context, string? pair = null)
    {
        var model = new ClassificationModel
        {
            Classifier = classifier,
            Labels = LabelValues.FromColumn(
                Document.View(context, 2 * classifier.ClassCount, classifier.ClassCount).Schema["Label"]),
            Columns = new ClassificationColumns(nameof(Document.Sentence1), pair, "Score", "PredictedLabel"),
            Device = "cpu",
        };
        return new(model, ((Runtime.IHostEnvironment)context).Register("test"));
    }
}
