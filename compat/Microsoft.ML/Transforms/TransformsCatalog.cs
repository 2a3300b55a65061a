using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>What turns data into other data.</summary>
public sealed partial class TransformsCatalog
{
    internal TransformsCatalog(IHostEnvironment env)
    {
        Environment = env;
        Conversion = new ConversionTransforms(this);
        Text = new TextTransforms(this);
    }

    /// <summary>Between values and keys.</summary>
    public ConversionTransforms Conversion { get; }

    /// <summary>From text.</summary>
    public TextTransforms Text { get; }

    internal IHostEnvironment Environment { get; }

    /// <summary>Between values and keys.</summary>
    public sealed class ConversionTransforms
    {
        internal ConversionTransforms(TransformsCatalog owner) => Environment = owner.Environment;

        internal IHostEnvironment Environment { get; }
    }

    /// <summary>From text.</summary>
    public sealed class TextTransforms : IInternalCatalog
    {
        private readonly TransformsCatalog _owner;

        internal TextTransforms(TransformsCatalog owner) => _owner = owner;

        IHostEnvironment IInternalCatalog.Environment => _owner.Environment;
    }
}
