using System.Text;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Persistence;

namespace Microsoft.ML.KappaTune.TextEmbedding;

/// <summary>
/// An embedding in a model file: a sealed part with the options, and the encoder's files beside it as Hugging Face's libraries name
/// them, each with its checksum. All is checked before any of it is used.
/// </summary>
internal static class EmbeddingModelFile
{
    private const string WeightsFile = "model.safetensors";

    private static readonly Dictionary<string, string> Metadata = new() { ["format"] = "pt" };

    public static void Save(ModelSaveContext ctx, EmbeddingModel model)
    {
        var entries = new List<ModelEntry>();
        foreach ((string name, byte[] content) in model.Embedder.Files.Content)
        {
            if (name != ModelConfig.FileName)
                Add(name, stream => stream.Write(content));
        }

        model.Embedder.Use(encoder =>
        {
            var dtype = encoder.WordEmbeddings.dtype;
            string config = encoder.Architecture.ToJson(ModelTask.Encoding, null, StoredTypes.ConfigName(dtype));
            Add(ModelConfig.FileName, stream => stream.Write(Encoding.UTF8.GetBytes(config)));
            Add(WeightsFile, stream => SafetensorsWriter.Write(stream, ModelWriter.Sources(encoder, dtype), Metadata));
            return true;
        });
        KappaTuneEmbeddingEstimator.Options options = model.Options;
        SealedPayload.Write(ctx.Writer, writer =>
        {
            writer.Write(options.OutputColumnName);
            writer.Write(options.InputColumnName);
            writer.Write((int)model.Embedder.Pooling);
            writer.Write(options.Normalize);
            writer.Write(model.Embedder.MaxTokens);
            writer.Write(options.BatchSize);
            writer.Write(options.Device);
            writer.Write(options.Threads);
            ModelEntry.SaveList(writer, entries);
        });

        void Add(string name, Action<Stream> write) => entries.Add(ModelEntry.Save(ctx, name, write));
    }

    /// <exception cref="FormatException">The model file is damaged.</exception>
    public static EmbeddingModel Load(ModelLoadContext ctx)
    {
        (KappaTuneEmbeddingEstimator.Options options, List<ModelEntry> entries) = SealedPayload.Read(ctx.Reader, reader =>
        (
            new KappaTuneEmbeddingEstimator.Options
            {
                OutputColumnName = reader.ReadString(),
                InputColumnName = reader.ReadString(),
                Pooling = (EmbeddingPooling)reader.ReadInt32(),
                Normalize = reader.ReadBoolean(),
                MaxSequenceLength = reader.ReadInt32(),
                BatchSize = reader.ReadInt32(),
                Device = ScoringMachine.DeviceOr(reader.ReadString()),
                Threads = ScoringMachine.ThreadsOr(reader.ReadInt32()),
            },
            ModelEntry.LoadList(reader)));
        Payload.Require(options.OutputColumnName.Length > 0 && options.InputColumnName.Length > 0);
        Payload.Require(options.Pooling is { } pooling && Enum.IsDefined(pooling));
        Payload.Require(options.MaxSequenceLength > 0 && options.BatchSize > 0 && options.Threads >= 0);
        using var folder = new SpoolFolder(ctx.Reader.BaseStream);
        foreach (ModelEntry entry in entries)
            entry.CopyTo(ctx, folder.Path);
        return EmbeddingModel.FromFolder(folder.Path, options, DeviceName.ParseOrCpu(options.Device));
    }
}
