using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Persistence;
using Microsoft.ML.KappaTune.Tasks.CausalLm;
using Microsoft.ML.KappaTune.Tokenization;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.LanguageModels;

/// <summary>
/// A language model in a model file: a sealed part that says how it is used, and files beside it as Hugging Face's and PEFT's libraries
/// name them, each with its checksum. All is checked before any of it is used.
/// </summary>
internal static class LanguageModelFile
{
    public static void Save(ModelSaveContext ctx, TunedLanguageModel model) => model.Scorer.Use(module =>
    {
        var entries = new List<ModelEntry>();
        DecoderFiles.Save(Add, module, model.Scorer.Files, model.Generation, model.Report);
        SavedWeights.Save(ctx, Add, module, model.WeightStorage, model.Adapters, model.Report.BaseModel, model.TrainedTensors);
        BaseReference? baseModel = model.WeightStorage == WeightStorage.Full ? null
            : model.Base ?? BaseReference.Create(model.TrainedFrom!, model.Report.BaseFingerprint);
        var header = new LanguageModelHeader(
            model.Columns, model.Scorer.Texts, model.Conversations?.ReadsSpecial ?? false, model.Writing, model.TrainedTensors,
            model.Device, model.Threads, model.Adapters is not null, baseModel, entries);
        SealedPayload.Write(ctx.Writer, header.Save);
        return true;

        void Add(string name, Action<Stream> write) => entries.Add(ModelEntry.Save(ctx, name, write));
    });

    /// <exception cref="FormatException">The model file is damaged, or its base model isn't there or is another one.</exception>
    public static TunedLanguageModel Load(ModelLoadContext ctx)
    {
        LanguageModelHeader header = SealedPayload.Read(ctx.Reader, LanguageModelHeader.Load);
        using var folder = new SpoolFolder(ctx.Reader.BaseStream);
        foreach (ModelEntry entry in header.Entries)
            entry.CopyTo(ctx, folder.Path);
        DecoderFiles decoder = DecoderFiles.Load(folder, header.Entries);
        Payload.Require(decoder.Report is not null);
        using Checkpoint checkpoint = header.Base?.Open() ?? Checkpoint.Open(folder.Path);
        HuggingFaceTokenizer tokenizer = decoder.CreateTokenizer();
        ConversationEncoder? conversations = header.Columns.Messages is null ? null : ConversationEncoder.Create(
            decoder.Tokenizer, decoder.Generation, tokenizer, header.Texts.CountsPrompts, header.ReadsSpecial);
        Device device = DeviceName.ParseOrCpu(header.Device);
        Payload.Require(header.Texts.MaxTokens <= decoder.Config.MaxTokens);
        CausalLanguageModel module = CausalLanguageModel.Load(checkpoint, decoder.Config, float32, device);
        LoraAdapters? adapters =
            SavedWeights.Restore(module, folder, header.Base is not null, header.HasAdapters, header.TrainedTensors);
        return new()
        {
            Scorer = new(module, tokenizer, decoder.Tokenizer, header.Texts, device),
            Report = decoder.Report!,
            TrainedTensors = header.TrainedTensors,
            Adapters = adapters,
            Columns = header.Columns,
            Generation = decoder.Generation,
            Conversations = conversations,
            Writing = header.Writing,
            WeightStorage = header.Base is null ? WeightStorage.Full : WeightStorage.Changed,
            Device = header.Device,
            Threads = header.Threads,
            Base = header.Base,
        };
    }
}
