using Microsoft.ML.KappaTune.Rows;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.KappaTune;
using Microsoft.ML.KappaTune.Scanning;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(
    typeof(KappaSelectionTransformer), null, typeof(SignatureLoadModel), "KappaTune selection", KappaSelectionTransformer.LoaderSignature)]

namespace Microsoft.ML.KappaTune;

/// <summary>
/// Adds the columns Rank and Selected to rows that name matrices, as was decided when it was fitted; it knows a matrix by its name and
/// expert, and needs no scores. A matrix that it never saw has rank 0 and isn't selected. Immutable: any number of threads may use it
/// at once.
/// </summary>
public sealed class KappaSelectionTransformer : ITransformer
{
    internal const string LoaderSignature = "KappaSelection";

    private readonly IReadOnlyDictionary<MatrixKey, Decision> _decisions;
    private readonly KappaSelectionFunction _function;

    internal KappaSelectionTransformer(IReadOnlyDictionary<MatrixKey, Decision> decisions)
    {
        _decisions = decisions;
        _function = new KappaSelectionFunction(decisions);
    }

    bool ITransformer.IsRowToRowMapper => true;

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => new RowFunctionMapper(_function, inputSchema).OutputSchema;

    /// <inheritdoc/>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new RowFunctionView(input, new RowFunctionMapper(_function, input.Schema));
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => new RowFunctionMapper(_function, inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(GetVersionInfo());
        DecisionsPayload.Save(_decisions, ctx);
    }

    private static KappaSelectionTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        return new(DecisionsPayload.Load(ctx));
    }

    private static VersionInfo GetVersionInfo() => new(
        modelSignature: "KAPPASEL",
        verWrittenCur: 0x00010001, // first version
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderAssemblyName: typeof(KappaSelectionTransformer).Assembly.GetName().Name!,
        loaderSignature: LoaderSignature);
}
