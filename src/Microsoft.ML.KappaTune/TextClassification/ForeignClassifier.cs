using System.Text.Json;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Spectra;
using Microsoft.ML.KappaTune.Tokenization;
using Microsoft.ML.KappaTune.Tuning;
using Microsoft.ML.KappaTune.Tuning.Lora;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.TextClassification;

/// <summary>A classifier that was tuned elsewhere: a folder in Hugging Face layout, or a base model and an adapter in PEFT's format.</summary>
internal static class ForeignClassifier
{
    /// <exception cref="ArgumentException">There is no such device, or the length isn't one of the model's.</exception>
    /// <exception cref="CheckpointFormatException">A folder can't be read, or there is no classification head.</exception>
    public static ClassificationModel Load(string folder, string? adapter, ClassificationColumns columns, int? maxSequenceLength, string device)
    {
        Device target = DeviceName.Parse(device, allowAuto: true);
        using Checkpoint checkpoint = Checkpoint.Open(folder);
        EncoderConfig config = ModelLoader.ConfigOf(checkpoint);
        if (maxSequenceLength < TuningOptionsCheck.ShortestSequence || maxSequenceLength > config.MaxTokens)
        {
            throw new ArgumentException(
                $"{nameof(maxSequenceLength)} is {maxSequenceLength}; allowed is {TuningOptionsCheck.ShortestSequence} to the model's {config.MaxTokens}.",
                nameof(maxSequenceLength));
        }

        TokenizerFiles files = TokenizerFiles.Read(checkpoint.Folder, checkpoint.Config);
        HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.Create(files, config.VocabularySize);
        int classes = ClassCount(checkpoint, config, adapter);
        SequenceClassifier module = ModelLoader.LoadClassifier(
            checkpoint, classes, seed: 0, resetHead: adapter is not null, config: config, device: target);
        try
        {
            Complete(module, checkpoint.Path, adapter);
            return new()
            {
                Classifier = new TextClassifier(module, tokenizer, files, maxSequenceLength ?? config.MaxTokens, target),
                Report = null,
                TrainedTensors = [],
                Adapters = null,
                Labels = ClassLabels.Of(ClassNames(checkpoint.Config, classes)),
                Columns = columns,
                WeightStorage = WeightStorage.Full,
                Device = device,
                Threads = 0,
            };
        }
        catch
        {
            module.Dispose();
            throw;
        }
    }

    /// <summary>The rows of the head's last weight: the adapter's, if there is one, because the base's is for something else.</summary>
    private static int ClassCount(Checkpoint checkpoint, EncoderConfig config, string? adapter)
    {
        string head = $"{config.Names.Classifier}.weight";
        long[]? shape = adapter is null
            ? [.. checkpoint.Tensors.FirstOrDefault(tensor => config.Names.Canonical(tensor.Name) == head)?.Shape ?? []]
            : LoraAdapters.ShapeOf(adapter, config, head);
        return shape is { Length: 2 } && shape[0] is >= 2 and <= int.MaxValue ? (int)shape[0] : throw NoHead(adapter ?? checkpoint.Path, head);
    }

    /// <summary>Sets what the checkpoint doesn't have, and merges the adapters.</summary>
    private static void Complete(SequenceClassifier module, string path, string? adapter)
    {
        if (adapter is null)
        {
            if (module.NewParameters.Count > 0)
                throw NoHead(path, module.NewParameters[0]);
            return;
        }

        using var adapters = LoraAdapters.Load(module, adapter);
        if (module.NewParameters.Except(adapters.ReadWhole).FirstOrDefault() is { } missing)
            throw NoHead(adapter, missing);
        adapters.Merge();
    }

    /// <summary>As the configuration has them, else as transformers calls classes without names.</summary>
    private static string[] ClassNames(ModelConfig? config, int count)
    {
        string[] names = [.. Enumerable.Range(0, count).Select(i => $"LABEL_{i}")];
        if (config is null || !config.Root.TryGetProperty("id2label", out JsonElement map)
            || map.ValueKind != JsonValueKind.Object || map.EnumerateObject().Count() != count)
            return names;
        foreach (JsonProperty entry in map.EnumerateObject())
        {
            if (!int.TryParse(entry.Name, out int id) || id < 0 || id >= count || entry.Value.ValueKind != JsonValueKind.String)
                throw new CheckpointFormatException(config.Path, $"\"{entry.Name}\" isn't the number of a class, with its name", JsonFile.Remedy, field: "id2label");
            names[id] = entry.Value.GetString()!;
        }

        return names;
    }

    private static CheckpointFormatException NoHead(string path, string tensor) => new(
        path, "it has no classification head, or a part of it is missing",
        "Name a classifier's folder, or its base model and its adapter; a base model is tuned with KappaTuneTextClassification.", tensor);
}
