using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Inference.LabelWords;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Inference;

/// <summary>
/// A classifier that a checkpoint holds: a folder in Hugging Face layout, or a base model and an adapter in PEFT's format.
/// </summary>
/// <param name="Classifier">The classifier, ready to score.</param>
/// <param name="Warnings">What to know about the files.</param>
internal sealed record CheckpointClassifier(IClassScorer Classifier, IReadOnlyList<string> ClassNames, IReadOnlyList<string> Warnings)
{
    /// <param name="folder">The classifier, or the base model.</param>
    /// <param name="adapter">The adapter's folder; null for none.</param>
    /// <param name="maxSequenceLength">Tokens of the longest text; null for as many as the files allow.</param>
    /// <exception cref="ArgumentException">There is no such device, or the length isn't one of the model's.</exception>
    /// <exception cref="CheckpointFormatException">A folder can't be read, or there is no classification head.</exception>
    public static CheckpointClassifier Load(string folder, string? adapter, int? maxSequenceLength, string device)
    {
        Device target = DeviceName.Parse(device);
        using Checkpoint checkpoint = Checkpoint.Open(folder);
        var words = LabelWordFile.Find(adapter ?? checkpoint.Folder);
        TransformerConfig config = words is null ? TransformerConfig.ReadAny(checkpoint) : DecoderConfig.Read(checkpoint);
        if (words is null)
            Inference.ClassNames.CheckTask(checkpoint.Config);
        if (maxSequenceLength < EncodedText.ShortestSequence || maxSequenceLength > config.MaxTokens)
        {
            throw new ArgumentException(
                $"{nameof(maxSequenceLength)} is {maxSequenceLength}; allowed is {EncodedText.ShortestSequence} "
                + $"to the model's {config.MaxTokens}.",
                nameof(maxSequenceLength));
        }

        TokenizerFiles files = TokenizerFiles.Read(checkpoint);
        HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.Create(files, config.VocabularySize);
        int longest = maxSequenceLength ?? Math.Min(config.MaxTokens, tokenizer.MaxLength);
        string[] warnings = [.. UnknownFields.OfModel(checkpoint), .. AdapterWarnings.Of(adapter, checkpoint)];
        return words is var (labels, named)
            ? new(OfWords(labels), named, warnings)
            : OfOutputs();

        CheckpointClassifier OfOutputs()
        {
            int classes = CheckpointHead.ClassCount(checkpoint, config, adapter);
            string[] names = Inference.ClassNames.Read(checkpoint.Config, classes, isAdapters: adapter is not null);
            ClassifierModel module = ClassifierLoader.Load(
                checkpoint, classes, seed: 0, keepHeadParts: adapter is not null, config: config, device: target);
            return new(
                Kept(module, () =>
                {
                    CheckpointHead.Complete(module, checkpoint, adapter);
                    return new TextClassifier(module, tokenizer, files, longest, target);
                }), names, warnings);
        }

        IClassScorer OfWords(LabelWordSet labels)
        {
            CausalLanguageModel module = CausalLanguageModel.Load(checkpoint, (DecoderConfig)config, device: target);
            return Kept(module, () =>
            {
                using LoraAdapters? adapters = adapter is null ? null : LoraAdapters.Load(module, adapter);
                adapters?.Merge();
                return new WordClassifier(module, tokenizer, files, labels, longest, target);
            });
        }
    }

    /// <summary>What is made of a module, which is disposed where that fails.</summary>
    private static IClassScorer Kept(nn.Module module, Func<IClassScorer> make)
    {
        try
        {
            return make();
        }
        catch
        {
            module.Dispose();
            throw;
        }
    }
}
