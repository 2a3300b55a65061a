using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Inference;

/// <summary>
/// The head of a classifier that a checkpoint holds: the adapter's, and where that has none or a part only, the base model's.
/// </summary>
internal static class CheckpointHead
{
    private const string Remedy =
        "Name a classifier's folder, or its base model and its adapter; a base model is tuned with KappaTuneTextClassification.";

    /// <summary>The rows of the head's last weight.</summary>
    /// <exception cref="CheckpointFormatException">There is no head, or none of classes; or the adapter can't be read.</exception>
    public static int ClassCount(Checkpoint checkpoint, TransformerConfig config, string? adapter)
    {
        string weight = ClassifierLoader.OutputWeight(config);
        string path = adapter ?? checkpoint.Path;
        long[]? shape = adapter is null ? null : LoraAdapters.ShapeOf(adapter, config, weight);
        if (shape is null)
        {
            path = checkpoint.Path;
            var match = new TensorMatch(checkpoint, config);
            match.RefusePrefix(weight);
            if (match.Find(weight) is not { } found)
            {
                throw Missing(
                    adapter ?? path,
                    adapter is null ? "it has no classification head" : $"neither it nor {path} has a classification head", weight);
            }

            if (ClassifierLoader.IsOfAnotherTask(checkpoint))
            {
                throw new CheckpointFormatException(
                    checkpoint.Config!.Path, $"it is {PlainText.List(checkpoint.Config.Architectures)}, whose head doesn't classify texts",
                    Remedy, field: "architectures");
            }

            shape = [.. found.Shape];
        }

        return shape switch
        {
            [>= 2 and <= int.MaxValue, _] => (int)shape[0],
            [1, _] => throw new CheckpointFormatException(
                path, "the head has one output: it was trained for regression, or to say yes or no by a threshold",
                "Use a classifier with an output for each of two classes or more.", weight, "shape"),
            _ => throw Missing(path, $"the head is [{string.Join(", ", shape)}], not a matrix of two classes or more", weight),
        };
    }

    /// <summary>Merges the adapter, which brings what the checkpoint doesn't have of the head.</summary>
    /// <exception cref="CheckpointFormatException">The adapter doesn't fit, or a part of the head is in neither.</exception>
    public static void Complete(ClassifierModel module, Checkpoint checkpoint, string? adapter)
    {
        using LoraAdapters? adapters = adapter is null ? null : LoraAdapters.Load(module, adapter);
        if (module.NewParameters.Except(adapters?.ReadWhole ?? []).FirstOrDefault() is { } missing)
        {
            string layer = missing[..missing.LastIndexOf('.')];
            string where = adapter is null ? "it hasn't" : $"neither it nor {checkpoint.Path} has";
            string drawn = adapter is null ? "" : "; a new one was drawn when it was tuned, and not saved";
            throw Missing(adapter ?? checkpoint.Path, $"{where} the layer below the classifier, {layer}{drawn}", missing);
        }

        adapters?.Merge();
    }

    private static CheckpointFormatException Missing(string path, string reason, string tensor) => new(path, reason, Remedy, tensor);
}
