using System.Text;
using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Persistence;
using Microsoft.ML.KappaTune.Tasks.CausalLm;
using Microsoft.ML.KappaTune.Tokenization;
using Microsoft.ML.KappaTune.Training.Reports;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.LanguageModels;

/// <summary>
/// A language model in a model file: a sealed part that says how it is used, and files beside it as Hugging Face's and PEFT's libraries
/// name them, each with its checksum. All is checked before any of it is used.
/// </summary>
internal static class LanguageModelFile
{
    private const string ReportFile = "report.json";

    // Files within a model file have no folders: a chat template's, which has a name, is told in its own.
    private const string TemplatePrefix = $"{ChatTemplates.Folder}.";

    public static void Save(ModelSaveContext ctx, TunedLanguageModel model) => model.Scorer.Use(module =>
    {
        var entries = new List<ModelEntry>();
        // The tokenizer's configuration says less than the model's, which takes its place.
        foreach ((string name, byte[] content) in model.Scorer.Files.Content.Where(file => file.Key != ModelConfig.FileName))
            Add(name, stream => stream.Write(content));
        foreach ((string name, byte[] content) in model.Generation.Content)
            Add(NameInFile(name), stream => stream.Write(content));
        string config = module.Decoder.Config.ToJson(module.Task, null, StoredTypes.ConfigName(module.Decoder.WordEmbeddings.dtype));
        Add(ModelConfig.FileName, stream => stream.Write(Encoding.UTF8.GetBytes(config)));
        Add(ReportFile, stream => TuningJson.Write(model.Report, stream));
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
        Payload.Require(File.Exists(folder.File(ReportFile)));
        using FileStream report = File.OpenRead(folder.File(ReportFile));
        TuningReport tuned = TuningJson.Read(report, ReportFile);
        RestoreTemplates(folder, header.Entries);

        using Checkpoint checkpoint = header.Base?.Open() ?? Checkpoint.Open(folder.Path);
        // Without all the weights, the checkpoint is the base's; the configuration here is the tuned model's.
        ModelConfig described = ModelConfig.Read(folder.File(ModelConfig.FileName));
        DecoderConfig config = DecoderConfig.Read(new ConfigFields(new(described.Path, "", described.Root)));
        TokenizerFiles files = TokenizerFiles.Read(folder.Path, described);
        HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.Create(files, config.VocabularySize);
        var generation = GenerationFiles.Read(folder.Path);
        ConversationEncoder? conversations = header.Columns.Messages is null
            ? null
            : ConversationEncoder.Create(files, generation, tokenizer, header.Texts.CountsPrompts, header.ReadsSpecial);
        Device device = DeviceName.ParseOrCpu(header.Device);
        Payload.Require(header.Texts.MaxTokens <= config.MaxTokens);
        CausalLanguageModel module = CausalLanguageModel.Load(checkpoint, config, float32, device);
        LoraAdapters? adapters =
            SavedWeights.Restore(module, folder, header.Base is not null, header.HasAdapters, header.TrainedTensors);
        return new()
        {
            Scorer = new(module, tokenizer, files, header.Texts, device),
            Report = tuned,
            TrainedTensors = header.TrainedTensors,
            Adapters = adapters,
            Columns = header.Columns,
            Generation = generation,
            Conversations = conversations,
            Writing = header.Writing,
            WeightStorage = header.Base is null ? WeightStorage.Full : WeightStorage.Changed,
            Device = header.Device,
            Threads = header.Threads,
            Base = header.Base,
        };
    }

    /// <exception cref="CheckpointFormatException">The name is one that no file within a model file can have.</exception>
    private static string NameInFile(string path)
    {
        string name = path.Replace('/', '.');
        return ModelEntry.IsFileName(name) ? name : throw new CheckpointFormatException(
            path, "the chat template's name has other signs than letters, digits, '.', '_' and '-', or too many",
            "Save the model as a folder, or tune a base model whose template has another name.");
    }

    /// <summary>Puts the chat templates that have names where a model's folder has them.</summary>
    private static void RestoreTemplates(SpoolFolder folder, IEnumerable<ModelEntry> entries)
    {
        foreach (ModelEntry entry in entries.Where(entry => entry.Name.StartsWith(TemplatePrefix, StringComparison.Ordinal)))
        {
            string templates = Directory.CreateDirectory(folder.File(ChatTemplates.Folder)).FullName;
            string name = entry.Name[TemplatePrefix.Length..];
            Payload.Require(ModelEntry.IsFileName(name));
            File.Move(folder.File(entry.Name), Path.Combine(templates, name));
        }
    }
}
