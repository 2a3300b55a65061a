namespace Microsoft.ML;

/// <summary>Learns a transformer from data.</summary>
public interface IEstimator<out TTransformer> where TTransformer : ITransformer
{
    /// <summary>Learns.</summary>
    TTransformer Fit(IDataView input);

    /// <summary>What the transformer's output will look like; throws where the input doesn't fit.</summary>
    SchemaShape GetOutputSchema(SchemaShape inputSchema);
}
