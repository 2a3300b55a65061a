using Microsoft.ML.KappaTune.Rows;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.KappaTune;
using Microsoft.ML.KappaTune.TextEmbedding;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(
    typeof(KappaTuneEmbeddingTransformer), null, typeof(SignatureLoadModel), "KappaTune text embedding",
    KappaTuneEmbeddingTransformer.LoaderSignature)]

namespace Microsoft.ML.KappaTune;

/// <summary>
/// Adds a vector to rows of text; missing text is empty, and what is longer than the model is cut. A vector is computed only where it
/// is asked for, in a data view together with those of rows nearby. Any number of threads may use it at once. It holds native memory
/// until it is disposed; after that, computing is an <see cref="ObjectDisposedException"/>. A saved one holds the whole encoder.
/// </summary>
/// <remarks>
/// What is wrong with a model file that it can't be loaded from, a <see cref="FormatException"/> says. ML.NET makes it by reflection, so
/// that what <see cref="ModelOperationsCatalog.Load(string, out DataViewSchema)"/> throws has that exception inside.
/// </remarks>
public sealed class KappaTuneEmbeddingTransformer : ITransformer, IDisposable
{
    internal const string LoaderSignature = "KappaTuneEmbedding";

    private readonly EmbeddingModel _model;
    private readonly EmbeddingFunction _function;

    internal KappaTuneEmbeddingTransformer(IHostEnvironment env, EmbeddingModel model)
    {
        _model = model;
        _function = new(model.Embedder, model.Options, env.Register(nameof(KappaTuneEmbeddingTransformer)));
    }

    /// <summary>Numbers of a vector.</summary>
    public int Dimension => _model.Embedder.Size;

    bool ITransformer.IsRowToRowMapper => true;

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The text's column isn't there, or is no text.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => new RowFunctionMapper(_function, inputSchema).OutputSchema;

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The text's column isn't there, or is no text.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new TextFunctionView(input, _function);
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => new RowFunctionMapper(_function, inputSchema);

    /// <summary>Frees the model's native memory, at once or as soon as threads that are computing have finished.</summary>
    public void Dispose() => _model.Dispose();

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(GetVersionInfo());
        EmbeddingModelFile.Save(ctx, _model);
    }

    private static KappaTuneEmbeddingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        return new(env, EmbeddingModelFile.Load(ctx));
    }

    private static VersionInfo GetVersionInfo() => new(
        modelSignature: "KAPPAEMB",
        verWrittenCur: 0x00010001, // first version
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderAssemblyName: typeof(KappaTuneEmbeddingTransformer).Assembly.GetName().Name!,
        loaderSignature: LoaderSignature);
}
