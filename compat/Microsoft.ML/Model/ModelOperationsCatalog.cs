using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Saving and loading models, predicting one by one.</summary>
public sealed partial class ModelOperationsCatalog
{
    internal ModelOperationsCatalog(IHostEnvironment env) => Environment = env;

    internal IHostEnvironment Environment { get; }
}
