namespace Microsoft.ML;

/// <summary>This assembly, as model files name it.</summary>
internal static class ModelAssembly
{
    /// <summary>The simple name: with the full one, a model would load in this version only.</summary>
    public static string Name { get; } = typeof(ModelAssembly).Assembly.GetName().Name!;
}
