namespace Microsoft.ML.KappaTune.Persistence;

/// <summary>How a model writes, in what a transformer saves of itself.</summary>
internal static class GenerationPayload
{
    /// <param name="options">Null where others say it.</param>
    public static void Write(BinaryWriter writer, GenerationOptions? options)
    {
        writer.Write(options is not null);
        if (options is null)
            return;
        writer.Write(options.MaxTokens);
        writer.Write(options.Temperature);
        writer.Write(options.TopK);
        writer.Write(options.TopP);
        writer.Write(options.MinP);
        writer.Write(options.RepetitionPenalty);
        writer.Write(options.Seed);
        Payload.WriteTexts(writer, options.Stop);
    }

    /// <exception cref="FormatException">The model file is damaged.</exception>
    public static GenerationOptions? Read(BinaryReader reader) => !reader.ReadBoolean() ? null : new()
    {
        MaxTokens = reader.ReadInt32(),
        Temperature = reader.ReadDouble(),
        TopK = reader.ReadInt32(),
        TopP = reader.ReadDouble(),
        MinP = reader.ReadDouble(),
        RepetitionPenalty = reader.ReadDouble(),
        Seed = reader.ReadInt32(),
        Stop = Payload.ReadTexts(reader),
    };
}
