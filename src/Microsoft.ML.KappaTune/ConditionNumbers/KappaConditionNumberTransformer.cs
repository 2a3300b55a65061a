using Microsoft.ML;
using Microsoft.ML.KappaTune;
using Microsoft.ML.KappaTune.ConditionNumbers;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(
    typeof(KappaConditionNumberTransformer), null, typeof(SignatureLoadModel), "KappaTune condition numbers",
    KappaConditionNumberTransformer.LoaderSignature)]

namespace Microsoft.ML.KappaTune;

/// <summary>
/// Adds the columns Kappa, RelativeKappa, SigmaMax and SigmaMin to rows with matrices. Immutable: any number of threads may use it at
/// once. A row's matrix is read and its condition number computed only where one of the columns is, and once for all of them.
/// </summary>
public sealed class KappaConditionNumberTransformer : KappaTuneTransformer
{
    internal const string LoaderSignature = "KappaConditionNumber";

    private static readonly VersionInfo Version = FirstVersion("KAPPACND", LoaderSignature);

    private readonly MatrixColumns _matrices;

    internal KappaConditionNumberTransformer(MatrixColumns matrices) : base(new ConditionNumberFunction(matrices), Version) =>
        _matrices = matrices;

    private protected override void Save(ModelSaveContext ctx) => _matrices.Save(ctx);

    private static KappaConditionNumberTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        return new(MatrixColumns.Load(ctx));
    }
}
