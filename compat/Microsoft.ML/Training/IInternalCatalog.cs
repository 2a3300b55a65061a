using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>A catalog's environment, for components that extension methods of it make.</summary>
internal interface IInternalCatalog
{
    /// <summary>What hosts them.</summary>
    IHostEnvironment Environment { get; }
}
