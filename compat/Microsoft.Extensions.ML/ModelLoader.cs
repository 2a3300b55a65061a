using Microsoft.Extensions.Primitives;
using Microsoft.ML;

namespace Microsoft.Extensions.ML;

/// <summary>Where a pool takes its model from.</summary>
public abstract class ModelLoader
{
    /// <summary>A token that changes once, when <see cref="GetModel"/> has a newer model to give.</summary>
    public abstract IChangeToken GetReloadToken();

    /// <summary>The newest model.</summary>
    public abstract ITransformer GetModel();
}
