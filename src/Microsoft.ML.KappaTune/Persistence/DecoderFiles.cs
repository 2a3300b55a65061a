using System.Text;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tokenization;
using Microsoft.ML.KappaTune.Training.Reports;

namespace Microsoft.ML.KappaTune.Persistence;

/// <summary>
/// What a model file has of a decoder beside its weights, in files as Hugging Face's libraries name them, and how it was tuned.
/// </summary>
/// <param name="Report">How it was tuned; null where it was loaded from a folder, which doesn't say it.</param>
internal sealed record DecoderFiles(TuningReport? Report, DecoderConfig Config, TokenizerFiles Tokenizer, GenerationFiles Generation)
{
    private const string ReportFile = "report.json";

    // Files within a model file have no folders: a chat template's, which has a name, is told in its own.
    private const string TemplatePrefix = $"{ChatTemplates.Folder}.";

    /// <param name="add">Adds a file to the model file.</param>
    /// <exception cref="CheckpointFormatException">A chat template's name is one that no file within a model file can have.</exception>
    public static void Save(
        Action<string, Action<Stream>> add, CausalLanguageModel module, TokenizerFiles tokenizer, GenerationFiles generation,
        TuningReport? report)
    {
        // The tokenizer's configuration says less than the model's, which takes its place.
        foreach ((string name, byte[] content) in tokenizer.Content.Where(file => file.Key != ModelConfig.FileName))
            add(name, stream => stream.Write(content));
        foreach ((string name, byte[] content) in generation.Content)
            add(NameInFile(name), stream => stream.Write(content));
        string config = module.Decoder.Config.ToJson(module.Task, null, StoredTypes.ConfigName(module.Decoder.WordEmbeddings.dtype));
        add(ModelConfig.FileName, stream => stream.Write(Encoding.UTF8.GetBytes(config)));
        if (report is not null)
            add(ReportFile, stream => TuningJson.Write(report, stream));
    }

    /// <summary>Reads them from a folder that has all of a model file's files, and puts chat templates where models have them.</summary>
    /// <exception cref="FormatException">The model file is damaged.</exception>
    public static DecoderFiles Load(SpoolFolder folder, IEnumerable<ModelEntry> entries)
    {
        TuningReport? tuned = ReadReport(folder);
        RestoreTemplates(folder, entries);
        // Without all the weights, the checkpoint is the base's; the configuration here is the tuned model's.
        ModelConfig described = ModelConfig.Read(folder.File(ModelConfig.FileName));
        DecoderConfig config = DecoderConfig.Read(new ConfigFields(new(described.Path, "", described.Root)));
        return new(tuned, config, TokenizerFiles.Read(folder.Path, described), GenerationFiles.Read(folder.Path));
    }

    /// <summary>The tokenizer that its files make.</summary>
    public HuggingFaceTokenizer CreateTokenizer() => HuggingFaceTokenizer.Create(Tokenizer, Config.VocabularySize);

    private static TuningReport? ReadReport(SpoolFolder folder)
    {
        if (!File.Exists(folder.File(ReportFile)))
            return null;
        using FileStream file = File.OpenRead(folder.File(ReportFile));
        return TuningJson.Read(file, ReportFile);
    }

    private static string NameInFile(string path)
    {
        string name = path.Replace('/', '.');
        return ModelEntry.IsFileName(name) ? name : throw new CheckpointFormatException(
            path, "the chat template's name has other signs than letters, digits, '.', '_' and '-', or too many",
            "Save the model as a folder, or tune a base model whose template has another name.");
    }

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
