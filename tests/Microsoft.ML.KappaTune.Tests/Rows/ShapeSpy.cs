namespace Microsoft.ML.KappaTune.Tests.Rows;

/// <summary>Changes nothing, and keeps the shape that a chain shows it.</summary>
internal sealed class ShapeSpy : IEstimator<ITransformer>
{
    public SchemaShape? Seen { get; private set; }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => Seen = inputSchema;

    public ITransformer Fit(IDataView input) =>
        new MLContext().Transforms.SelectColumns([.. input.Schema.Select(column => column.Name)]).Fit(input);
}
