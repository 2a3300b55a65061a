using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Several classes: trainers and evaluation.</summary>
public sealed partial class MulticlassClassificationCatalog : TrainCatalogBase
{
    internal MulticlassClassificationCatalog(IHostEnvironment env) : base(env) => Trainers = new MulticlassClassificationTrainers(this);

    /// <summary>Trainers for several classes.</summary>
    public MulticlassClassificationTrainers Trainers { get; }

    /// <summary>Trainers for several classes.</summary>
    public sealed class MulticlassClassificationTrainers : CatalogInstantiatorBase
    {
        internal MulticlassClassificationTrainers(MulticlassClassificationCatalog catalog) : base(catalog)
        {
        }
    }
}
