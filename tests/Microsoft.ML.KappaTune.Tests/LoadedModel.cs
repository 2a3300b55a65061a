using System.Runtime.ExceptionServices;
using Microsoft.ML.KappaTune.Persistence;

namespace Microsoft.ML.KappaTune.Tests;

/// <summary>Models from the bytes of their file. What can't be loaded throws what was wrong, not what ML.NET put around it.</summary>
internal static class LoadedModel
{
    public static ITransformer Of(byte[] file, MLContext? context = null)
    {
        try
        {
            return (context ?? new MLContext()).Model.Load(new MemoryStream(file), out _);
        }
        catch (Exception e)
        {
            ExceptionDispatchInfo.Throw(SavedModel.CauseOf(e));
            throw;
        }
    }
}
