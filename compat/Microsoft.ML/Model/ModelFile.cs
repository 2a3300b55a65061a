using System.Text;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>A model file: the transformer in one folder, the schema of its input in an entry beside it.</summary>
internal static class ModelFile
{
    private const string TransformerFolder = "TransformerChain";
    private const string LegacyFolder = "DataLoaderModel";
    private const string SchemaEntry = "Schema";

    public static void Save(IHostEnvironment env, ITransformer? model, DataViewSchema? inputSchema, Stream stream)
    {
        using RepositoryWriter repository = RepositoryWriter.CreateNew(stream, env);
        ModelSaveContext.SaveModel(repository, model, TransformerFolder);
        if (inputSchema is null)
            return;
        using Repository.Entry entry = repository.CreateEntry(folder: null, SchemaEntry);
        using var writer = new BinaryWriter(entry.Stream, Encoding.UTF8, leaveOpen: true);
        SchemaCodec.Write(writer, inputSchema);
    }

    public static ITransformer Load(IHostEnvironment env, Stream stream, out DataViewSchema? inputSchema)
    {
        using RepositoryReader repository = RepositoryReader.Open(stream, env);
        inputSchema = ReadSchema(repository);
        IHost host = env.Register("Model");
        if (ModelLoadContext.LoadModelOrNull<ITransformer, SignatureLoadModel>(host, out ITransformer? model, repository, TransformerFolder))
            return model!;
        if (inputSchema is not null)
            throw ModelLimits.Corrupt();
        // Neither of our two entries: the only other thing it could be is a model of before 1.0, which we don't read.
        throw new InvalidOperationException("Could not load legacy format model",
            new InvalidOperationException($"Repository doesn't contain entry {LegacyFolder}/{ModelLoadContext.ModelStreamName}"));
    }

    private static DataViewSchema? ReadSchema(RepositoryReader repository)
    {
        using Repository.Entry? entry = repository.OpenEntryOrNull(folder: null, SchemaEntry);
        if (entry is null)
            return null;
        using var reader = new BinaryReader(entry.Stream, Encoding.UTF8, leaveOpen: true);
        return SchemaCodec.Read(reader);
    }
}
