using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>What turns data into other data.</summary>
public sealed partial class TransformsCatalog
{
    internal TransformsCatalog(IHostEnvironment env) => Environment = env;

    internal IHostEnvironment Environment { get; }
}
