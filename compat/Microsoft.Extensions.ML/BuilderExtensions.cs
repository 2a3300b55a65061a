using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.ML;

/// <summary>Says where the models of a pool come from.</summary>
public static class BuilderExtensions
{
    /// <summary>The default model is a file, which is watched: once it changes, new predictions use the new model.</summary>
    public static PredictionEnginePoolBuilder<TData, TPrediction> FromFile<TData, TPrediction>(
        this PredictionEnginePoolBuilder<TData, TPrediction> builder, string filePath)
        where TData : class where TPrediction : class, new() => builder.FromFile("", filePath, watchForChanges: true);

    /// <summary>The default model is a file, which can be watched for changes.</summary>
    public static PredictionEnginePoolBuilder<TData, TPrediction> FromFile<TData, TPrediction>(
        this PredictionEnginePoolBuilder<TData, TPrediction> builder, string filePath, bool watchForChanges)
        where TData : class where TPrediction : class, new() => builder.FromFile("", filePath, watchForChanges);

    /// <summary>The model of that name is a file, which is watched: once it changes, new predictions use the new model.</summary>
    public static PredictionEnginePoolBuilder<TData, TPrediction> FromFile<TData, TPrediction>(
        this PredictionEnginePoolBuilder<TData, TPrediction> builder, string modelName, string filePath)
        where TData : class where TPrediction : class, new() => builder.FromFile(modelName, filePath, watchForChanges: true);

    /// <summary>The model of that name is a file, which can be watched for changes.</summary>
    public static PredictionEnginePoolBuilder<TData, TPrediction> FromFile<TData, TPrediction>(
        this PredictionEnginePoolBuilder<TData, TPrediction> builder, string modelName, string filePath, bool watchForChanges)
        where TData : class where TPrediction : class, new()
    {
        ArgumentNullException.ThrowIfNull(filePath);
        builder.Services.TryAddTransient<FileModelLoader>();
        builder.Services.AddOptions<PredictionEnginePoolOptions<TData, TPrediction>>(modelName)
            .Configure<FileModelLoader>((options, loader) =>
        {
            loader.Start(filePath, watchForChanges);
            options.ModelLoader = loader;
        });
        return builder;
    }
}
