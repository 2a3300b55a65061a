using System.Reflection;
using System.Runtime.ExceptionServices;

namespace Microsoft.ML.KappaTune.Persistence;

/// <summary>Loads model files, and says what is wrong with one as the component said it that found it.</summary>
internal static class SavedModel
{
    /// <summary>As <see cref="ModelOperationsCatalog.Load(string, out DataViewSchema)"/>.</summary>
    /// <param name="inputSchema">The columns that it was trained on.</param>
    /// <param name="machine">What it is to compute with; null for what it was trained with.</param>
    /// <exception cref="ArgumentException">There is no such device here.</exception>
    /// <exception cref="FormatException">The file is damaged, or a base model that it refers to isn't there.</exception>
    public static ITransformer Load(
        ModelOperationsCatalog catalog, string path, out DataViewSchema? inputSchema, ScoringMachine? machine = null)
    {
        try
        {
            DataViewSchema? schema = null;
            ITransformer model = ScoringMachine.Use(machine, () => catalog.Load(path, out schema));
            inputSchema = schema;
            return model;
        }
        catch (Exception e)
        {
            Exception cause = CauseOf(e);
            if (ForeignFile.Explain(path, cause) is { } foreign)
                throw foreign;
            if (cause != e)
                ExceptionDispatchInfo.Throw(cause);
            throw;
        }
    }

    /// <summary>
    /// What went wrong with a model that couldn't be loaded. ML.NET makes components by reflection, once for each that holds others, and
    /// wraps what they throw each time.
    /// </summary>
    public static Exception CauseOf(Exception exception)
    {
        while (exception is TargetInvocationException or InvalidOperationException { InnerException: TargetInvocationException }
            && exception.InnerException is { } inner)
            exception = inner;
        return exception;
    }
}
