using Microsoft.ML.KappaTune.Persistence;
using Microsoft.ML.KappaTune.Tasks.CausalLm;

namespace Microsoft.ML.KappaTune.LanguageModels;

/// <summary>What a model file says of a language model, beside its files.</summary>
/// <param name="ReadsSpecial">Whether special tokens' texts within messages are these tokens.</param>
/// <param name="Writing">How texts are written; null where the model's files say it.</param>
/// <param name="TrainedTensors">The parameters that may differ from the base's.</param>
/// <param name="Device">Where it computes, as the options name it.</param>
/// <param name="Threads">Threads of the tensor library; 0 for all cores.</param>
/// <param name="HasAdapters">Whether there are adapters among the files.</param>
/// <param name="Base">The base model, where the files hold only what was trained; null where they hold all.</param>
internal sealed record LanguageModelHeader(
    LanguageModelColumns Columns, LanguageModelTexts Texts, bool ReadsSpecial, GenerationOptions? Writing,
    IReadOnlyList<string> TrainedTensors, string Device, int Threads, bool HasAdapters, BaseReference? Base,
    IReadOnlyCollection<ModelEntry> Entries)
{
    public void Save(BinaryWriter writer)
    {
        writer.Write(Columns.Text);
        Payload.WriteOptional(writer, Columns.Completion);
        Payload.WriteOptional(writer, Columns.Messages);
        writer.Write(Columns.LogLikelihood);
        writer.Write(Columns.Perplexity);
        Payload.WriteOptional(writer, Columns.GeneratedText);
        writer.Write(Texts.MaxTokens);
        writer.Write(Texts.CountsPrompts);
        writer.Write(Texts.AppendsEnd);
        writer.Write(ReadsSpecial);
        GenerationPayload.Write(writer, Writing);
        Payload.WriteTexts(writer, TrainedTensors);
        writer.Write(Device);
        writer.Write(Threads);
        writer.Write(HasAdapters);
        BaseReference.Save(writer, Base);
        ModelEntry.SaveList(writer, Entries);
    }

    /// <exception cref="FormatException">The model file is damaged.</exception>
    public static LanguageModelHeader Load(BinaryReader reader)
    {
        var columns = new LanguageModelColumns(
            reader.ReadString(), Payload.ReadOptional(reader), Payload.ReadOptional(reader), reader.ReadString(), reader.ReadString(),
            Payload.ReadOptional(reader));
        var texts = new LanguageModelTexts(reader.ReadInt32(), reader.ReadBoolean(), reader.ReadBoolean());
        bool readsSpecial = reader.ReadBoolean();
        GenerationOptions? writing = GenerationPayload.Read(reader);
        string[] trained = Payload.ReadTexts(reader);
        string device = ScoringMachine.DeviceOr(reader.ReadString());
        int threads = ScoringMachine.ThreadsOr(reader.ReadInt32());
        bool hasAdapters = reader.ReadBoolean();
        BaseReference? baseModel = BaseReference.Load(reader);
        Payload.Require(
            columns is { Text.Length: > 0, Completion: not "", Messages: not "", LogLikelihood.Length: > 0, Perplexity.Length: > 0 }
            && columns.GeneratedText is not "");
        Payload.Require(texts.MaxTokens > 1 && threads >= 0);
        return new(columns, texts, readsSpecial, writing, trained, device, threads, hasAdapters, baseModel, ModelEntry.LoadList(reader));
    }
}
