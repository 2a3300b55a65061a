using System.Text;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Persistence;
using Microsoft.ML.KappaTune.Tasks.CausalLm;
using Microsoft.ML.KappaTune.Training.Reports;

namespace Microsoft.ML.KappaTune.LanguageModels;

/// <summary>
/// A language model in a model file: a sealed part that says how it is used, and files beside it as Hugging Face's libraries name them,
/// each with its checksum. All is checked before any of it is used.
/// </summary>
internal static class LanguageModelFile
{
    private const string WeightsFile = "model.safetensors", ReportFile = "report.json";

    private static readonly Dictionary<string, string> Metadata = new() { ["format"] = "pt" };

    public static void Save(ModelSaveContext ctx, TunedLanguageModel model)
    {
        var entries = new List<ModelEntry>();
        // The tokenizer's configuration says less than the model's, which takes its place.
        foreach ((string name, byte[] content) in model.Scorer.Files.Content.Where(file => file.Key != ModelConfig.FileName))
            Add(name, stream => stream.Write(content));
        model.Scorer.Use(module =>
        {
            var dtype = module.Decoder.WordEmbeddings.dtype;
            string config = module.Decoder.Config.ToJson(module.Task, null, StoredTypes.ConfigName(dtype));
            Add(ModelConfig.FileName, stream => stream.Write(Encoding.UTF8.GetBytes(config)));
            Add(WeightsFile, stream => SafetensorsWriter.Write(stream, ModelWriter.Sources(module, dtype), Metadata));
            return true;
        });
        Add(ReportFile, stream => TuningJson.Write(model.Report, stream));
        (LanguageModelColumns columns, LanguageModelTexts texts) = (model.Columns, model.Scorer.Texts);
        SealedPayload.Write(ctx.Writer, writer =>
        {
            writer.Write(columns.Text);
            writer.Write(columns.Completion is not null);
            writer.Write(columns.Completion ?? "");
            writer.Write(columns.LogLikelihood);
            writer.Write(columns.Perplexity);
            writer.Write(texts.MaxTokens);
            writer.Write(texts.CountsPrompts);
            writer.Write(texts.AppendsEnd);
            writer.Write(model.Device);
            writer.Write(model.Threads);
            ModelEntry.SaveList(writer, entries);
        });

        void Add(string name, Action<Stream> write) => entries.Add(ModelEntry.Save(ctx, name, write));
    }

    /// <exception cref="FormatException">The model file is damaged.</exception>
    public static TunedLanguageModel Load(ModelLoadContext ctx)
    {
        (LanguageModelColumns columns, LanguageModelTexts texts, string device, int threads, List<ModelEntry> entries) =
            SealedPayload.Read(ctx.Reader, reader =>
            {
                string text = reader.ReadString();
                bool hasCompletion = reader.ReadBoolean();
                string completion = reader.ReadString();
                return (
                    new LanguageModelColumns(text, hasCompletion ? completion : null, reader.ReadString(), reader.ReadString()),
                    new LanguageModelTexts(reader.ReadInt32(), reader.ReadBoolean(), reader.ReadBoolean()),
                    ScoringMachine.DeviceOr(reader.ReadString()), ScoringMachine.ThreadsOr(reader.ReadInt32()),
                    ModelEntry.LoadList(reader));
            });
        Payload.Require(
            columns.Text.Length > 0 && columns.Completion is not "" && columns.LogLikelihood.Length > 0 && columns.Perplexity.Length > 0);
        Payload.Require(texts.MaxTokens > 1 && threads >= 0);
        using var folder = new SpoolFolder(ctx.Reader.BaseStream);
        foreach (ModelEntry entry in entries)
            entry.CopyTo(ctx, folder.Path);
        Payload.Require(File.Exists(folder.File(ReportFile)));
        using FileStream report = File.OpenRead(folder.File(ReportFile));
        var tuned = TuningJson.Read(report, ReportFile);
        return new()
        {
            Scorer = LanguageModelScorer.Load(folder.Path, texts, DeviceName.ParseOrCpu(device)),
            Report = tuned,
            Columns = columns,
            Device = device,
            Threads = threads,
        };
    }
}
