namespace Microsoft.ML;

/// <summary>What a component saves itself to.</summary>
public sealed class ModelSaveContext : IDisposable
{
    internal ModelSaveContext()
    {
    }

    /// <summary>Ends the component's part.</summary>
    public void Dispose()
    {
    }
}
