using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>What turns data into other data.</summary>
public sealed partial class TransformsCatalog
{
    internal TransformsCatalog(IHostEnvironment env)
    {
        Environment = env;
        Conversion = new ConversionTransforms(this);
    }

    /// <summary>Between values and keys.</summary>
    public ConversionTransforms Conversion { get; }

    internal IHostEnvironment Environment { get; }

    /// <summary>Between values and keys.</summary>
    public sealed class ConversionTransforms
    {
        internal ConversionTransforms(TransformsCatalog owner) => Environment = owner.Environment;

        internal IHostEnvironment Environment { get; }
    }
}
