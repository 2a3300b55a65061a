using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Loading, saving, splitting, filtering.</summary>
public sealed partial class DataOperationsCatalog
{
    internal DataOperationsCatalog(IHostEnvironment env) => Environment = env;

    internal IHostEnvironment Environment { get; }
}
