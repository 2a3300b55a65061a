using Microsoft.ML;
using Microsoft.ML.KappaTune;
using Microsoft.ML.KappaTune.ConditionNumbers;
using Microsoft.ML.KappaTune.SpectralReports;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(
    typeof(KappaSpectralReportTransformer), null, typeof(SignatureLoadModel), "KappaTune spectral reports",
    KappaSpectralReportTransformer.LoaderSignature)]

namespace Microsoft.ML.KappaTune;

/// <summary>
/// Adds the columns of a <see cref="SpectralReport"/> to rows with matrices. Immutable: any number of threads may use it at once. A
/// row's matrix is read and its singular values computed only where one of the columns is, and once for all of them.
/// </summary>
public sealed class KappaSpectralReportTransformer : KappaTuneTransformer
{
    internal const string LoaderSignature = "KappaSpectralReport";

    private static readonly VersionInfo Version = FirstVersion("KAPPASPC", LoaderSignature);

    private readonly MatrixColumns _matrices;

    internal KappaSpectralReportTransformer(MatrixColumns matrices) : base(new SpectralReportFunction(matrices), Version) =>
        _matrices = matrices;

    private protected override void Save(ModelSaveContext ctx) => _matrices.Save(ctx);

    private static KappaSpectralReportTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        return new(MatrixColumns.Load(ctx));
    }
}
