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
    private const int ChecksumBytes = 32;

    public void Save(BinaryWriter writer)
    {
        writer.Write(Columns.Text);
        WriteOptional(writer, Columns.Completion);
        WriteOptional(writer, Columns.Messages);
        writer.Write(Columns.LogLikelihood);
        writer.Write(Columns.Perplexity);
        WriteOptional(writer, Columns.GeneratedText);
        writer.Write(Texts.MaxTokens);
        writer.Write(Texts.CountsPrompts);
        writer.Write(Texts.AppendsEnd);
        writer.Write(ReadsSpecial);
        writer.Write(Writing is not null);
        if (Writing is not null)
            Write(writer, Writing);
        writer.Write(TrainedTensors.Count);
        foreach (string name in TrainedTensors)
            writer.Write(name);
        writer.Write(Device);
        writer.Write(Threads);
        writer.Write(HasAdapters);
        WriteOptional(writer, Base?.Path);
        if (Base is not null)
            writer.Write(Base.Checksum);
        ModelEntry.SaveList(writer, Entries);
    }

    /// <exception cref="FormatException">The model file is damaged.</exception>
    public static LanguageModelHeader Load(BinaryReader reader)
    {
        var columns = new LanguageModelColumns(
            reader.ReadString(), ReadOptional(reader), ReadOptional(reader), reader.ReadString(), reader.ReadString(),
            ReadOptional(reader));
        var texts = new LanguageModelTexts(reader.ReadInt32(), reader.ReadBoolean(), reader.ReadBoolean());
        bool readsSpecial = reader.ReadBoolean();
        GenerationOptions? writing = reader.ReadBoolean() ? ReadOptions(reader) : null;
        string[] trained = new string[Payload.ReadCount(reader, bytesPerItem: 1)];
        for (int i = 0; i < trained.Length; i++)
            trained[i] = reader.ReadString();
        string device = ScoringMachine.DeviceOr(reader.ReadString());
        int threads = ScoringMachine.ThreadsOr(reader.ReadInt32());
        bool hasAdapters = reader.ReadBoolean();
        BaseReference? baseModel = ReadOptional(reader) is { } path ? new(path, reader.ReadBytes(ChecksumBytes)) : null;
        Payload.Require(
            columns is { Text.Length: > 0, Completion: not "", Messages: not "", LogLikelihood.Length: > 0, Perplexity.Length: > 0 }
            && columns.GeneratedText is not "");
        Payload.Require(texts.MaxTokens > 1 && threads >= 0);
        return new(columns, texts, readsSpecial, writing, trained, device, threads, hasAdapters, baseModel, ModelEntry.LoadList(reader));
    }

    private static void Write(BinaryWriter writer, GenerationOptions options)
    {
        writer.Write(options.MaxTokens);
        writer.Write(options.Temperature);
        writer.Write(options.TopK);
        writer.Write(options.TopP);
        writer.Write(options.MinP);
        writer.Write(options.RepetitionPenalty);
        writer.Write(options.Seed);
        writer.Write(options.Stop.Count);
        foreach (string stop in options.Stop)
            writer.Write(stop);
    }

    private static GenerationOptions ReadOptions(BinaryReader reader)
    {
        var options = new GenerationOptions
        {
            MaxTokens = reader.ReadInt32(),
            Temperature = reader.ReadDouble(),
            TopK = reader.ReadInt32(),
            TopP = reader.ReadDouble(),
            MinP = reader.ReadDouble(),
            RepetitionPenalty = reader.ReadDouble(),
            Seed = reader.ReadInt32(),
        };
        string[] stop = new string[Payload.ReadCount(reader, bytesPerItem: 1)];
        for (int i = 0; i < stop.Length; i++)
            stop[i] = reader.ReadString();
        return options with { Stop = stop };
    }

    private static void WriteOptional(BinaryWriter writer, string? text)
    {
        writer.Write(text is not null);
        if (text is not null)
            writer.Write(text);
    }

    private static string? ReadOptional(BinaryReader reader) => reader.ReadBoolean() ? reader.ReadString() : null;
}
