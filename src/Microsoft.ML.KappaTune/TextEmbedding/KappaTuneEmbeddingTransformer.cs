using Microsoft.ML;
using Microsoft.ML.KappaTune;
using Microsoft.ML.KappaTune.Rows;
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
public sealed class KappaTuneEmbeddingTransformer : KappaTuneTransformer, IDisposable
{
    internal const string LoaderSignature = "KappaTuneEmbedding";

    private static readonly VersionInfo Version = FirstVersion("KAPPAEMB", LoaderSignature);

    private readonly EmbeddingModel _model;

    internal KappaTuneEmbeddingTransformer(IHostEnvironment env, EmbeddingModel model)
        : base(new EmbeddingFunction(model.Embedder, model.Options, env.Register(nameof(KappaTuneEmbeddingTransformer))), Version) =>
        _model = model;

    /// <summary>Numbers of a vector.</summary>
    public int Dimension => _model.Embedder.Size;

    /// <summary>Frees the model's native memory, at once or as soon as threads that are computing have finished.</summary>
    public void Dispose() => _model.Dispose();

    /// <summary>The vectors of texts, in their order, and how many tokens the model read for them.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled, which ends it before the next batch.</exception>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    internal (float[][] Vectors, long Tokens) Embed(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        var function = (TextFunction)Function;
        var window = new TextWindow(function);
        foreach (string text in texts)
            window.Add((text, null));
        var vectors = new float[texts.Count][];
        for (int row = 0; row < vectors.Length; row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            vectors[row] = window.Numbers(row).ToArray();
        }

        if (window.Cut > 0)
            function.Cut(window.Cut, vectors.Length);
        return (vectors, window.Tokens);
    }

    private protected override void Save(ModelSaveContext ctx) => EmbeddingModelFile.Save(ctx, _model);

    private static KappaTuneEmbeddingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        return new(env, EmbeddingModelFile.Load(ctx));
    }
}
