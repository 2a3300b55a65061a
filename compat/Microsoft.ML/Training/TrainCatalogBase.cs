using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>The base of catalogs of trainers and evaluation.</summary>
public abstract partial class TrainCatalogBase
{
    private protected TrainCatalogBase(IHostEnvironment env) => Environment = env;

    internal IHostEnvironment Environment { get; }

    /// <summary>The base of lists of trainers.</summary>
    public abstract class CatalogInstantiatorBase
    {
        private protected CatalogInstantiatorBase(TrainCatalogBase owner) => Owner = owner;

        internal TrainCatalogBase Owner { get; }
    }
}
