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
    private const int ChecksumBytes = 32;

    public void Save(BinaryWriter writer)
    {
        writer.Write(Columns.Sentence1);
        writer.Write(Columns.Sentence2 is not null);
        if (Columns.Sentence2 is not null)
            writer.Write(Columns.Sentence2);
        writer.Write(Columns.Score);
        writer.Write(Columns.PredictedLabel);
        Labels.Save(writer);
        writer.Write(TrainedTensors.Count);
        foreach (string name in TrainedTensors)
            writer.Write(name);
        writer.Write(MaxTokens);
        writer.Write(Device);
        writer.Write(Threads);
        writer.Write(HasAdapters);
        writer.Write(Base is not null);
        if (Base is not null)
        {
            writer.Write(Base.Path);
            writer.Write(Base.Checksum);
        }

        ModelEntry.SaveList(writer, Entries);
    }

    /// <exception cref="FormatException">The model file is damaged.</exception>
    public static ClassificationHeader Load(BinaryReader reader)
    {
        string sentence1 = reader.ReadString();
        string? sentence2 = reader.ReadBoolean() ? reader.ReadString() : null;
        string score = reader.ReadString(), predictedLabel = reader.ReadString();
        var labels = LabelValues.Load(reader);
        string[] trained = new string[Payload.ReadCount(reader, bytesPerItem: 1)];
        for (int i = 0; i < trained.Length; i++)
            trained[i] = reader.ReadString();
        int maxTokens = reader.ReadInt32();
        string device = ScoringMachine.DeviceOr(reader.ReadString());
        int threads = ScoringMachine.ThreadsOr(reader.ReadInt32());
        bool hasAdapters = reader.ReadBoolean();
        BaseReference? baseModel = reader.ReadBoolean() ? new(reader.ReadString(), reader.ReadBytes(ChecksumBytes)) : null;
        List<ModelEntry> entries = ModelEntry.LoadList(reader);
        Payload.Require(
            sentence1.Length > 0 && sentence2 is not "" && score.Length > 0
            && predictedLabel.Length > 0 && maxTokens > 0 && threads >= 0);
        return new(
            new(sentence1, sentence2, score, predictedLabel), labels, trained, maxTokens, device, threads, hasAdapters, baseModel, entries);
    }
}
