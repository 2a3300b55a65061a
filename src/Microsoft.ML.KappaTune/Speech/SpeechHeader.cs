using Microsoft.ML.KappaTune.Persistence;

namespace Microsoft.ML.KappaTune.Speech;

/// <summary>What a model file says of a model that hears, beside its files.</summary>
/// <param name="Writing">How transcripts are written; null for the likeliest token each time.</param>
/// <param name="TrainedTensors">The parameters that may differ from the base's.</param>
/// <param name="Device">Where it computes, as the options name it.</param>
/// <param name="Threads">Threads of the tensor library; 0 for all cores.</param>
/// <param name="HasAdapters">Whether there are adapters among the files.</param>
/// <param name="Base">The base model, where the files hold only what was trained; null where they hold all.</param>
internal sealed record SpeechHeader(
    SpeechColumns Columns, GenerationOptions? Writing, IReadOnlyList<string> TrainedTensors, string Device, int Threads, bool HasAdapters,
    BaseReference? Base, IReadOnlyCollection<ModelEntry> Entries)
{
    public void Save(BinaryWriter writer)
    {
        writer.Write((int)Columns.Input);
        writer.Write(Columns.Recording);
        writer.Write(Columns.Label);
        writer.Write(Columns.Transcript);
        writer.Write(Columns.LogLikelihood);
        writer.Write(Columns.MeanLogLikelihood);
        writer.Write(Columns.NoSpeech);
        GenerationPayload.Write(writer, Writing);
        Payload.WriteTexts(writer, TrainedTensors);
        writer.Write(Device);
        writer.Write(Threads);
        writer.Write(HasAdapters);
        BaseReference.Save(writer, Base);
        ModelEntry.SaveList(writer, Entries);
    }

    /// <exception cref="FormatException">The model file is damaged.</exception>
    public static SpeechHeader Load(BinaryReader reader)
    {
        var columns = new SpeechColumns(
            (SpeechInput)reader.ReadInt32(), reader.ReadString(), reader.ReadString(), reader.ReadString(), reader.ReadString(),
            reader.ReadString(), reader.ReadString());
        GenerationOptions? writing = GenerationPayload.Read(reader);
        string[] trained = Payload.ReadTexts(reader);
        string device = ScoringMachine.DeviceOr(reader.ReadString());
        int threads = ScoringMachine.ThreadsOr(reader.ReadInt32());
        bool hasAdapters = reader.ReadBoolean();
        BaseReference? baseModel = BaseReference.Load(reader);
        Payload.Require(Enum.IsDefined(columns.Input) && columns.Recording.Length > 0 && threads >= 0);
        Payload.Require(columns.Added.All(column => column.Name.Length > 0));
        return new(columns, writing, trained, device, threads, hasAdapters, baseModel, ModelEntry.LoadList(reader));
    }
}
