using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Saves and loads models, and makes engines that predict one by one.</summary>
public sealed partial class ModelOperationsCatalog : IInternalCatalog
{
    internal ModelOperationsCatalog(IHostEnvironment env) => Environment = env;

    internal IHostEnvironment Environment { get; }

    IHostEnvironment IInternalCatalog.Environment => Environment;

    /// <summary>Saves a model with the schema of its input. An existing file is overwritten in place, so a failed save leaves no model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="inputSchema">The columns it was trained on; null leaves them out.</param>
    /// <param name="filePath">The file.</param>
    public void Save(ITransformer model, DataViewSchema? inputSchema, string filePath)
    {
        Environment.CheckNonEmpty(filePath, nameof(filePath));
        using FileStream stream = File.Create(filePath);
        Save(model, inputSchema, stream);
    }

    /// <summary>Saves a model with the schema of its input.</summary>
    /// <param name="model">The model.</param>
    /// <param name="inputSchema">The columns it was trained on; null leaves them out.</param>
    /// <param name="stream">Where to; it stays open.</param>
    public void Save(ITransformer model, DataViewSchema? inputSchema, Stream stream)
    {
        Environment.CheckValue(stream, nameof(stream));
        ModelFile.Save(Environment, model, inputSchema, stream);
    }

    /// <summary>Loads a model. A model file names code to run: load files that you trust.</summary>
    /// <param name="filePath">The file.</param>
    /// <param name="inputSchema">The columns it was trained on; null where it was saved without.</param>
    public ITransformer Load(string filePath, out DataViewSchema inputSchema)
    {
        Environment.CheckNonEmpty(filePath, nameof(filePath));
        using FileStream stream = File.OpenRead(filePath);
        return Load(stream, out inputSchema);
    }

    /// <summary>Loads a model. A model file names code to run: load files that you trust.</summary>
    /// <param name="stream">The file's bytes, on a stream that can seek; it stays open.</param>
    /// <param name="inputSchema">The columns it was trained on; null where it was saved without.</param>
    public ITransformer Load(Stream stream, out DataViewSchema inputSchema)
    {
        Environment.CheckValue(stream, nameof(stream));
        ITransformer model = ModelFile.Load(Environment, stream, out DataViewSchema? schema);
        inputSchema = schema!;
        return model;
    }
}
