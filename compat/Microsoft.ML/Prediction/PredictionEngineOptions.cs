using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>How a prediction engine ties classes to columns.</summary>
public sealed class PredictionEngineOptions
{
    /// <summary>Starts with the defaults.</summary>
    public PredictionEngineOptions()
    {
    }

    /// <summary>Whether members of the output class without a column are left as they are; else they're an error. Default: true.</summary>
    public bool IgnoreMissingColumns = true;

    /// <summary>The columns that the input class makes; null, the default, for those of its attributes.</summary>
    public SchemaDefinition? InputSchemaDefinition;

    /// <summary>The columns that fill the output class; null, the default, for those of its attributes.</summary>
    public SchemaDefinition? OutputSchemaDefinition;

    /// <summary>Whether disposing the engine disposes the transformer. Default: true.</summary>
    public bool OwnsTransformer = true;
}
