using Microsoft.ML.Data;

namespace Microsoft.ML;

public sealed partial class ModelOperationsCatalog
{
    /// <summary>Makes an engine that runs a model on one object at a time.</summary>
    /// <typeparam name="TSrc">The class whose members are the input columns.</typeparam>
    /// <typeparam name="TDst">The class whose members are filled from the output columns.</typeparam>
    /// <param name="transformer">The model; the engine disposes it.</param>
    /// <param name="ignoreMissingColumns">Whether output members without a column are left as they are; else they're an error. Default: true.</param>
    /// <param name="inputSchemaDefinition">The columns that the input class makes; null, the default, for those of its attributes.</param>
    /// <param name="outputSchemaDefinition">The columns that fill the output class; null, the default, for those of its attributes.</param>
    public PredictionEngine<TSrc, TDst> CreatePredictionEngine<TSrc, TDst>(
        ITransformer transformer,
        bool ignoreMissingColumns = true,
        SchemaDefinition? inputSchemaDefinition = null,
        SchemaDefinition? outputSchemaDefinition = null) where TSrc : class where TDst : class, new() =>
        CreatePredictionEngine<TSrc, TDst>(transformer, new PredictionEngineOptions
        {
            IgnoreMissingColumns = ignoreMissingColumns,
            InputSchemaDefinition = inputSchemaDefinition,
            OutputSchemaDefinition = outputSchemaDefinition,
        });

    /// <summary>Makes an engine whose input columns have the types of <paramref name="inputSchema"/>: sizes of vectors, key types.</summary>
    /// <typeparam name="TSrc">The class whose members are the input columns.</typeparam>
    /// <typeparam name="TDst">The class whose members are filled from the output columns.</typeparam>
    /// <param name="transformer">The model; the engine disposes it.</param>
    /// <param name="inputSchema">The columns that the model was trained on.</param>
    public PredictionEngine<TSrc, TDst> CreatePredictionEngine<TSrc, TDst>(ITransformer transformer, DataViewSchema inputSchema)
        where TSrc : class where TDst : class, new()
    {
        Environment.CheckValue(inputSchema, nameof(inputSchema));
        SchemaDefinition definition = SchemaDefinition.Create(typeof(TSrc), SchemaDefinition.Direction.Read);
        foreach (SchemaDefinition.Column column in definition)
        {
            if (inputSchema.GetColumnOrNull(column.ColumnName) is not { } known)
                continue;
            column.ColumnType = known.Type;
            column.AddAnnotations(known.Annotations);
        }

        return CreatePredictionEngine<TSrc, TDst>(transformer, new PredictionEngineOptions { InputSchemaDefinition = definition });
    }

    /// <summary>Makes an engine that runs a model on one object at a time.</summary>
    /// <typeparam name="TSrc">The class whose members are the input columns.</typeparam>
    /// <typeparam name="TDst">The class whose members are filled from the output columns.</typeparam>
    /// <param name="transformer">The model.</param>
    /// <param name="options">How classes are tied to columns, and whether the engine disposes the model.</param>
    public PredictionEngine<TSrc, TDst> CreatePredictionEngine<TSrc, TDst>(ITransformer transformer, PredictionEngineOptions options)
        where TSrc : class where TDst : class, new()
    {
        Environment.CheckValue(transformer, nameof(transformer));
        Environment.CheckValue(options, nameof(options));
        return new PredictionEngine<TSrc, TDst>(transformer, options);
    }
}
