namespace Microsoft.ML.KappaTune.Inference;

/// <summary>A model that is shared with others, who may know it as another kind of model.</summary>
internal interface ISharedModel<out TModule> : IDisposable where TModule : nn.Module
{
    /// <inheritdoc cref="SharedModel{TModule}.Use"/>
    T Use<T>(Func<TModule, T> action);
}
