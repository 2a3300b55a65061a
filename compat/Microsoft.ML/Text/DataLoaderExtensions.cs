using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Loads files by their paths.</summary>
public static class DataLoaderExtensions
{
    /// <summary>The data of files.</summary>
    public static IDataView Load(this IDataLoader<IMultiStreamSource> loader, params string[] path) =>
        loader.Load(new MultiFileSource(path));
}
