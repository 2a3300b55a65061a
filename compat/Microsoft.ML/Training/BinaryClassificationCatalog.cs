using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Two classes: trainers and evaluation.</summary>
public sealed partial class BinaryClassificationCatalog : TrainCatalogBase
{
    internal BinaryClassificationCatalog(IHostEnvironment env) : base(env) => Trainers = new BinaryClassificationTrainers(this);

    /// <summary>Trainers for two classes.</summary>
    public BinaryClassificationTrainers Trainers { get; }

    /// <summary>Trainers for two classes.</summary>
    public sealed class BinaryClassificationTrainers : CatalogInstantiatorBase
    {
        internal BinaryClassificationTrainers(BinaryClassificationCatalog catalog) : base(catalog)
        {
        }
    }
}
