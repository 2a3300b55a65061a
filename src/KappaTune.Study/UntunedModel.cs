using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.LanguageModels;
using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Study;

/// <summary>What a language model was tuned from: it scores texts as the tuned one does, which shows what tuning changed.</summary>
public static class UntunedModel
{
    /// <summary>Loads it.</summary>
    /// <param name="mlContext">Gets its warnings.</param>
    /// <param name="tuned">
    /// Says what of texts counts. Its weights aren't needed: it may be disposed already, so that one model at a time is in memory.
    /// </param>
    /// <param name="baseModel">The base model, as the options of the tuning named it.</param>
    /// <param name="zeroPaddingRow">As in those options.</param>
    /// <exception cref="CheckpointFormatException">The base can't be read.</exception>
    public static KappaTuneLanguageModelTransformer Load(
        MLContext mlContext, KappaTuneLanguageModelTransformer tuned, string baseModel, bool zeroPaddingRow)
    {
        TunedLanguageModel model = tuned.Model;
        using Checkpoint checkpoint = Checkpoint.Open(baseModel, zeroPaddingRow);
        var untuned = CausalLanguageModel.Load(checkpoint, device: model.Scorer.Device);
        return new(mlContext, new TunedLanguageModel
        {
            Scorer = new(untuned, model.Scorer.Tokenizer, model.Scorer.Files, model.Scorer.Texts, model.Scorer.Device),
            Report = model.Report,
            Columns = model.Columns with { GeneratedText = null },
            Generation = model.Generation,
            Conversations = model.Conversations,
            Device = model.Device,
            Threads = model.Threads,
        });
    }
}
