using Microsoft.ML;
using Microsoft.ML.KappaTune;
using Microsoft.ML.KappaTune.Selections;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(
    typeof(KappaSelectionTransformer), null, typeof(SignatureLoadModel), "KappaTune selection", KappaSelectionTransformer.LoaderSignature)]

namespace Microsoft.ML.KappaTune;

/// <summary>
/// Adds the columns Rank and Selected to rows that name matrices, as was decided when it was fitted; it knows a matrix by its name and
/// expert, and needs no scores. A matrix that it never saw has rank 0 and isn't selected. Immutable: any number of threads may use it
/// at once.
/// </summary>
public sealed class KappaSelectionTransformer : KappaTuneTransformer
{
    internal const string LoaderSignature = "KappaSelection";

    private static readonly VersionInfo Version = FirstVersion("KAPPASEL", LoaderSignature);

    private readonly IReadOnlyDictionary<MatrixKey, Decision> _decisions;

    internal KappaSelectionTransformer(IReadOnlyDictionary<MatrixKey, Decision> decisions)
        : base(new KappaSelectionFunction(decisions), Version) => _decisions = decisions;

    private protected override void Save(ModelSaveContext ctx) => DecisionsPayload.Save(_decisions, ctx);

    private static KappaSelectionTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        return new(DecisionsPayload.Load(ctx));
    }
}
