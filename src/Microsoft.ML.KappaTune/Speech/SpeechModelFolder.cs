using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Fusion;
using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tasks.CausalLm;
using Microsoft.ML.KappaTune.Tokenization;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Speech;

/// <summary>A model that hears out of folders: its own, or its base model's and an adapter's.</summary>
internal static class SpeechModelFolder
{
    private const string Remedy = "Name a folder that SaveModel wrote of a model that hears, or SaveAdapter with its base model.";

    /// <param name="model">The model, or the base of an adapter.</param>
    /// <param name="adapter">The adapter's folder; null for none.</param>
    /// <param name="columns">The columns' names; what a recording is, the files say.</param>
    /// <param name="writing">How transcripts are written; null for the likeliest token each time.</param>
    /// <param name="device">Where it computes.</param>
    /// <param name="threads">Threads of the tensor library; 0 for all cores.</param>
    /// <exception cref="ArgumentException">There is no such device.</exception>
    /// <exception cref="CheckpointFormatException">A file isn't there, can't be read, or they don't belong together.</exception>
    public static (TunedSpeechModel Model, IReadOnlyList<string> Warnings) Load(
        string model, string? adapter, SpeechColumns columns, GenerationOptions? writing, string device, int threads)
    {
        Device target = DeviceName.Parse(device);
        using Checkpoint checkpoint = Checkpoint.Open(model);
        string folder = adapter ?? checkpoint.Folder;
        if (!FusionFiles.AreIn(folder))
            throw Missing(folder, FusionConfig.FileName, "it isn't there, without which a language model doesn't hear");
        SoundSettings sound = SoundFile.Find(folder)
            ?? throw Missing(folder, SoundFile.Name, "it isn't there, and nothing else says how recordings become frames");
        DecoderConfig config = DecoderConfig.Read(checkpoint);
        TokenizerFiles files = TokenizerFiles.Read(checkpoint);
        var tokenizer = HuggingFaceTokenizer.Create(files, config.VocabularySize);
        // Beside an adapter nothing says which token it learnt to end with.
        GenerationFiles generation = GenerationFiles.Read(checkpoint)
            .WithEndTokens([LanguageModelTokenizing.EndOf(tokenizer, config)], config.EndTokenIds);
        string[] warnings = [.. UnknownFields.OfModel(checkpoint), .. AdapterWarnings.Of(adapter, checkpoint)];
        FusedModel module = FusionFiles.Load(checkpoint, folder, config, float32, target);
        try
        {
            if (adapter is not null)
            {
                using LoraAdapters adapters = LoraAdapters.Load(module, adapter);
                adapters.Merge();
            }

            var tuned = new TunedSpeechModel(module, tokenizer, files, generation, target)
            {
                Source = model,
                Columns = columns with { Input = sound.Input },
                Sound = sound,
                Writing = writing,
                Device = device,
                Threads = threads,
            };
            return (tuned, warnings);
        }
        catch
        {
            module.Dispose();
            throw;
        }
    }

    private static CheckpointFormatException Missing(string folder, string name, string problem) =>
        new(Path.Combine(folder, name), problem, Remedy);
}
