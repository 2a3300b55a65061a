using Microsoft.ML.KappaTune.Persistence;

namespace Microsoft.ML.KappaTune.TextClassification;

/// <summary>What a saved text classifier says of itself, before its files.</summary>
/// <param name="Labels">What the classes stand for.</param>
/// <param name="TrainedTensors">The parameters that may differ from the base's.</param>
/// <param name="MaxTokens">Tokens of the longest text.</param>
/// <param name="Device">Where it computes, as the options name it.</param>
/// <param name="Threads">Threads of the tensor library; 0 for all cores.</param>
/// <param name="HasAdapters">Whether there are adapters among the files.</param>
/// <param name="Base">The base model, where the files hold only what was trained; null where they hold all.</param>
internal sealed record ClassificationHeader(
    ClassificationColumns Columns, LabelValues Labels, IReadOnlyList<string> TrainedTensors, int MaxTokens, string Device, int Threads,
    bool HasAdapters, BaseReference? Base, IReadOnlyCollection<ModelEntry> Entries)
{
    public void Save(BinaryWriter writer)
    {
        writer.Write(Columns.Sentence1);
        Payload.WriteOptional(writer, Columns.Sentence2);
        writer.Write(Columns.Score);
        writer.Write(Columns.PredictedLabel);
        Labels.Save(writer);
        Payload.WriteTexts(writer, TrainedTensors);
        writer.Write(MaxTokens);
        writer.Write(Device);
        writer.Write(Threads);
        writer.Write(HasAdapters);
        BaseReference.Save(writer, Base);
        ModelEntry.SaveList(writer, Entries);
    }

    /// <exception cref="FormatException">The model file is damaged.</exception>
    public static ClassificationHeader Load(BinaryReader reader)
    {
        string sentence1 = reader.ReadString();
        string? sentence2 = Payload.ReadOptional(reader);
        string score = reader.ReadString(), predictedLabel = reader.ReadString();
        var labels = LabelValues.Load(reader);
        string[] trained = Payload.ReadTexts(reader);
        int maxTokens = reader.ReadInt32();
        string device = ScoringMachine.DeviceOr(reader.ReadString());
        int threads = ScoringMachine.ThreadsOr(reader.ReadInt32());
        bool hasAdapters = reader.ReadBoolean();
        BaseReference? baseModel = BaseReference.Load(reader);
        List<ModelEntry> entries = ModelEntry.LoadList(reader);
        Payload.Require(
            sentence1.Length > 0 && sentence2 is not "" && score.Length > 0
            && predictedLabel.Length > 0 && maxTokens > 0 && threads >= 0);
        return new(
            new(sentence1, sentence2, score, predictedLabel), labels, trained, maxTokens, device, threads, hasAdapters, baseModel, entries);
    }
}
