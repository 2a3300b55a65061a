using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Microsoft.ML;

/// <summary>Columns and filters by code of one's own.</summary>
public static partial class CustomMappingCatalog
{
    /// <summary>Makes columns by code of one's own.</summary>
    /// <typeparam name="TSrc">The class whose members are the columns that the code reads.</typeparam>
    /// <typeparam name="TDst">The class whose members are the columns to make.</typeparam>
    /// <param name="catalog">The catalog.</param>
    /// <param name="mapAction">Fills the second object from the first. Both are reused row after row; it is called on several threads.</param>
    /// <param name="contractName">
    /// Names the code in a model file: a <see cref="CustomMappingFactory{TSrc, TDst}"/> with that name gives it when the model is loaded. Null
    /// for a mapping that is never saved.
    /// </param>
    /// <param name="inputSchemaDefinition">The columns that the input class reads; null, the default, for those of its attributes.</param>
    /// <param name="outputSchemaDefinition">The columns that the output class makes; null, the default, for those of its attributes.</param>
    public static CustomMappingEstimator<TSrc, TDst> CustomMapping<TSrc, TDst>(
        this TransformsCatalog catalog,
        Action<TSrc, TDst> mapAction,
        string? contractName,
        SchemaDefinition? inputSchemaDefinition = null,
        SchemaDefinition? outputSchemaDefinition = null) where TSrc : class, new() where TDst : class, new() =>
        new(catalog.Environment, mapAction, contractName, inputSchemaDefinition, outputSchemaDefinition);
}
