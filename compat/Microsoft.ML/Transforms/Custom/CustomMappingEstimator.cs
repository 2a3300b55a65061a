using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Makes columns by code of one's own; learns nothing.</summary>
/// <typeparam name="TSrc">The class whose members are the columns that the code reads.</typeparam>
/// <typeparam name="TDst">The class whose members are the columns to make.</typeparam>
public sealed class CustomMappingEstimator<TSrc, TDst> : TrivialEstimator<CustomMappingTransformer<TSrc, TDst>>
    where TSrc : class, new() where TDst : class, new()
{
    internal CustomMappingEstimator(IHostEnvironment env, Action<TSrc, TDst> mapAction, string? contractName,
        SchemaDefinition? inputSchemaDefinition, SchemaDefinition? outputSchemaDefinition)
        : base(env.Register("CustomMapping"),
            new CustomMappingTransformer<TSrc, TDst>(env, mapAction, contractName, inputSchemaDefinition, outputSchemaDefinition))
    {
    }

    /// <inheritdoc/>
    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Host.CheckValue(inputSchema, nameof(inputSchema));
        foreach (SchemaShape.Column expected in Transformer.ReadColumns)
        {
            SchemaShape.Column actual = InputColumns.Find(inputSchema, expected.Name);
            // Where a vector may have any length, one of known length will do.
            bool fits = actual.Kind == expected.Kind
                || (expected.Kind == SchemaShape.Column.VectorKind.VariableVector && actual.Kind == SchemaShape.Column.VectorKind.Vector);
            if (!fits || !actual.ItemType.Equals(expected.ItemType))
                throw Host.ExceptSchemaMismatch(nameof(inputSchema), "input", expected.Name, expected.GetTypeString(), actual.GetTypeString());
        }

        return InputColumns.With(inputSchema, SchemaShape.Create(Transformer.AddedSchema));
    }
}
