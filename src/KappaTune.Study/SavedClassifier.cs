using Microsoft.ML.KappaTune.Persistence;

namespace Microsoft.ML.KappaTune.Study;

/// <summary>Loads models that ML.NET saved.</summary>
public static class SavedClassifier
{
    /// <summary>Loads one, to compute on another device or with another number of threads than it was trained with.</summary>
    /// <param name="mlContext">ML.NET.</param>
    /// <param name="path">The model's file.</param>
    /// <param name="device">auto, cpu or cuda:0; null for the model's own, or the CPU where there is no such device.</param>
    /// <param name="threads">Threads to compute with; null for the model's own.</param>
    /// <param name="inputSchema">The columns that it was trained on; null where it doesn't say.</param>
    /// <exception cref="FormatException">The file is damaged, or a base model that it refers to isn't there.</exception>
    public static ITransformer Load(MLContext mlContext, string path, string? device, int? threads, out DataViewSchema? inputSchema) =>
        SavedModel.Load(mlContext, path, out inputSchema, new(device, threads));
}
