using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Fusion;
using Microsoft.ML.KappaTune.Persistence;
using Microsoft.ML.KappaTune.Tokenization;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Speech;

/// <summary>
/// A model that hears in a model file: a sealed part that says how it is used, and files beside it, of the decoder as of any language
/// model, and of encoder, projector and frames, each with its checksum. All is checked before any of it is used.
/// </summary>
internal static class SpeechModelFile
{
    public static void Save(ModelSaveContext ctx, TunedSpeechModel model) => model.Use(module =>
    {
        var entries = new List<ModelEntry>();
        DecoderFiles.Save(Add, module, model.Files, model.Generation, model.Report);
        SavedWeights.Save(ctx, Add, module, model.WeightStorage, model.Adapters, model.Report?.BaseModel, model.TrainedTensors);
        using (var folder = new SpoolFolder(ctx.Writer.BaseStream))
        {
            FusionFiles.Save(folder.Path, module, module.Decoder.WordEmbeddings.dtype);
            foreach (string file in Directory.EnumerateFiles(folder.Path).Order(StringComparer.Ordinal))
            {
                using FileStream source = File.OpenRead(file);
                Add(Path.GetFileName(file), source.CopyTo);
            }
        }

        Add(SoundFile.Name, stream => stream.Write(SoundFile.Write(model.Sound)));
        BaseReference? baseModel = model.WeightStorage == WeightStorage.Full ? null
            : model.Base ?? BaseReference.Create(model.TrainedFrom!, model.Report!.BaseFingerprint);
        var header = new SpeechHeader(
            model.Columns, model.Writing, model.TrainedTensors, model.Device, model.Threads, model.Adapters is not null, baseModel,
            entries);
        SealedPayload.Write(ctx.Writer, header.Save);
        return true;

        void Add(string name, Action<Stream> write) => entries.Add(ModelEntry.Save(ctx, name, write));
    });

    /// <exception cref="FormatException">The model file is damaged, or its base model isn't there or is another one.</exception>
    public static TunedSpeechModel Load(ModelLoadContext ctx)
    {
        SpeechHeader header = SealedPayload.Read(ctx.Reader, SpeechHeader.Load);
        using var folder = new SpoolFolder(ctx.Reader.BaseStream);
        foreach (ModelEntry entry in header.Entries)
            entry.CopyTo(ctx, folder.Path);
        DecoderFiles decoder = DecoderFiles.Load(folder, header.Entries);
        Payload.Require(File.Exists(folder.File(SoundFile.Name)) && FusionFiles.AreIn(folder.Path));
        SoundSettings sound = SoundFile.Read(folder.File(SoundFile.Name));
        Payload.Require(sound.Input == header.Columns.Input);
        using Checkpoint checkpoint = header.Base?.Open() ?? Checkpoint.Open(folder.Path);
        // What is wrong with it is said before memory is taken.
        decoder.Generation.ReadEndTokens(decoder.Config.EndTokenIds);
        HuggingFaceTokenizer tokenizer = decoder.CreateTokenizer();
        Device device = DeviceName.ParseOrCpu(header.Device);
        FusedModel module = FusionFiles.Load(checkpoint, folder.Path, decoder.Config, float32, device);
        LoraAdapters? adapters =
            SavedWeights.Restore(module, folder, header.Base is not null, header.HasAdapters, header.TrainedTensors);
        return new(module, tokenizer, decoder.Tokenizer, decoder.Generation, device)
        {
            Source = decoder.Report?.BaseModel ?? "the saved model",
            Report = decoder.Report,
            TrainedTensors = header.TrainedTensors,
            Adapters = adapters,
            Columns = header.Columns,
            Sound = sound,
            Writing = header.Writing,
            WeightStorage = header.Base is null ? WeightStorage.Full : WeightStorage.Changed,
            Device = header.Device,
            Threads = header.Threads,
            Base = header.Base,
        };
    }
}
