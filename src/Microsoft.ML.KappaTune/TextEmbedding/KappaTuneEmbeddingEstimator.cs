using Microsoft.ML.KappaTune.TextEmbedding;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.KappaTune;

/// <summary>
/// Adds the vectors of texts, which any of ML.NET's trainers can learn from; made by <c>mlContext.Transforms.Text.KappaTuneEmbedding</c>.
/// Immutable.
/// </summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Column</term><description>Type and content</description></listheader>
/// <item><term>Text, read</term><description>text</description></item>
/// <item><term>Features, added</term>
/// <description>vector of <see cref="float"/>: as many numbers as the model's states have</description></item>
/// </list>
/// </remarks>
public sealed partial class KappaTuneEmbeddingEstimator : IEstimator<KappaTuneEmbeddingTransformer>
{
    private readonly IHostEnvironment _env;
    private readonly KappaTuneEmbeddingEstimator.Options _options;
    private readonly KappaTuneTextClassificationTransformer? _tuned;

    internal KappaTuneEmbeddingEstimator(
        IHostEnvironment env, KappaTuneEmbeddingEstimator.Options options, KappaTuneTextClassificationTransformer? tuned = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        EmbeddingOptionsCheck.Validate(options, needsModel: tuned is null);
        _env = env;
        _options = options;
        _tuned = tuned;
    }

    /// <summary>
    /// Checks the text's column and loads the model; there's nothing to learn, and no row is read. Dispose the result to free its
    /// native memory.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The text's column isn't there, or is no text.</exception>
    /// <exception cref="FormatException">The model can't be read.</exception>
    public KappaTuneEmbeddingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _ = EmbeddingFunction.InputOf(_options).Find(input.Schema);
        EmbeddingModel model = EmbeddingModel.Load(_options, _tuned);
        ModelWarnings.Log(_env, model.Warnings);
        return new(_env, model);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The text's column isn't there, or is no text.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        EmbeddingFunction.InputOf(_options).Check(inputSchema);
        // The model, which isn't loaded yet, knows the vector's length; that there is one is enough for a trainer.
        var vector = new SchemaShape.Column(
            _options.OutputColumnName, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, isKey: false);
        return new(inputSchema.Where(column => column.Name != vector.Name).Append(vector));
    }
}
