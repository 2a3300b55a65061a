using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Inference.LabelWords;
using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Persistence;
using Microsoft.ML.KappaTune.Tokenization;
using Microsoft.ML.KappaTune.Training.Reports;

namespace Microsoft.ML.KappaTune.TextClassification;

/// <summary>
/// A text classifier in a model file: a sealed part that says what there is, and files beside it as Hugging Face's and PEFT's libraries
/// name them, each with its checksum. All is checked before any of it is used.
/// </summary>
internal static class ClassificationModelFile
{
    private const string ReportFile = "report.json";

    public static void Save(ModelSaveContext ctx, ClassificationModel model) => model.Classifier.UseModel(module =>
    {
        var entries = new List<ModelEntry>();
        // The tokenizer's configuration says less than the model's, which takes its place.
        foreach ((string name, byte[] content) in model.Classifier.Files.Content.Where(file => file.Key != ModelConfig.FileName))
            Add(name, stream => stream.Write(content));
        Add(ModelConfig.FileName, stream => stream.Write(ClassificationWeights.ConfigOf(module, model.Labels.Names)));
        if (model.Classifier is WordClassifier words)
            Add(LabelWordFile.Name, stream => stream.Write(LabelWordFile.Write(words.Labels, model.Labels.Names)));
        if (model.Report is { } report)
            Add(ReportFile, stream => TuningJson.Write(report, stream));
        SavedWeights.Save(ctx, Add, module, model.WeightStorage, model.Adapters, model.Report?.BaseModel, model.TrainedTensors);
        BaseReference? baseModel = model.WeightStorage == WeightStorage.Full ? null
            : model.Base ?? BaseReference.Create(model.TrainedFrom!, model.Report!.BaseFingerprint);
        var header = new ClassificationHeader(
            model.Columns, model.Labels, model.TrainedTensors, model.Classifier.MaxTokens, model.Device, model.Threads,
            model.Adapters is not null, baseModel, entries);
        SealedPayload.Write(ctx.Writer, header.Save);
        return true;

        void Add(string name, Action<Stream> write) => entries.Add(ModelEntry.Save(ctx, name, write));
    });

    /// <exception cref="FormatException">The model file is damaged, or its base model isn't there or is another one.</exception>
    public static ClassificationModel Load(ModelLoadContext ctx)
    {
        ClassificationHeader header = SealedPayload.Read(ctx.Reader, ClassificationHeader.Load);
        using var folder = new SpoolFolder(ctx.Reader.BaseStream);
        foreach (ModelEntry entry in header.Entries)
            entry.CopyTo(ctx, folder.Path);
        TuningReport? report = ReadReport(folder);
        Payload.Require(report is null || report.Classes.Count == header.Labels.Count);

        using Checkpoint checkpoint = header.Base is null ? Checkpoint.Open(folder.Path) : header.Base.Open();
        // Without all the weights, the checkpoint is the base's; the configuration here is the tuned model's.
        ModelConfig described = header.Base is null && checkpoint.Config is { } its
            ? its
            : ModelConfig.Read(folder.File(ModelConfig.FileName));
        ClassNames.CheckTask(described);
        var files = TokenizerFiles.Read(folder.Path, described);
        TransformerConfig config = TransformerConfig.ReadAny(new ConfigFields(new(described.Path, "", described.Root)));
        HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.Create(files, config.VocabularySize);
        LabelWordSet? words = LabelWordFile.Find(folder.Path) is var (found, _) ? found : null;
        Payload.Require(words is null || words.Words.Count == header.Labels.Count);
        (TextModel module, var adapters, var device) =
            ClassificationWeights.Load(header, folder, checkpoint, config, areWords: words is not null);
        return new()
        {
            Classifier = words is null
                ? new TextClassifier((ClassifierModel)module, tokenizer, files, header.MaxTokens, device)
                : new WordClassifier((CausalLanguageModel)module, tokenizer, files, words, header.MaxTokens, device),
            Report = report,
            TrainedTensors = header.TrainedTensors,
            Adapters = adapters,
            Labels = header.Labels,
            Columns = header.Columns,
            WeightStorage = header.Base is null ? WeightStorage.Full : WeightStorage.Changed,
            Device = header.Device,
            Threads = header.Threads,
            Base = header.Base,
        };
    }

    private static TuningReport? ReadReport(SpoolFolder folder)
    {
        if (!File.Exists(folder.File(ReportFile)))
            return null;
        using FileStream file = File.OpenRead(folder.File(ReportFile));
        return TuningJson.Read(file, ReportFile);
    }
}
