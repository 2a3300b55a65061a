using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Options;

namespace Microsoft.ML.KappaTune.TextEmbedding;

/// <summary>Checks options once, before anything is loaded.</summary>
internal static class EmbeddingOptionsCheck
{
    /// <exception cref="ArgumentException">Values are out of range; the message names each, its property and what is allowed.</exception>
    public static void Validate(KappaTuneEmbeddingEstimator.Options options, bool needsModel)
    {
        var problems = new OptionProblems();
        problems.Check(options);
        problems.Require(
            !needsModel || !string.IsNullOrWhiteSpace(options.Model), nameof(options.Model), options.Model,
            "a model's folder, .gguf or .zip file");
        problems.Require(DeviceName.IsWellFormed(options.Device), nameof(options.Device), options.Device, DeviceName.Allowed);
        problems.Throw();
    }
}
