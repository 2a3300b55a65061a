using Microsoft.ML.KappaTune.Rows;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.KappaTune;
using Microsoft.ML.KappaTune.Scanning;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(
    typeof(KappaSpectralReportTransformer), null, typeof(SignatureLoadModel), "KappaTune spectral reports",
    KappaSpectralReportTransformer.LoaderSignature)]

namespace Microsoft.ML.KappaTune;

/// <summary>
/// Adds the columns of a <see cref="SpectralReport"/> to rows with matrices. Immutable: any number of threads may use it at once. A
/// row's matrix is read and its singular values computed only where one of the columns is, and once for all of them.
/// </summary>
public sealed class KappaSpectralReportTransformer : ITransformer
{
    internal const string LoaderSignature = "KappaSpectralReport";

    private readonly MatrixColumns _matrices;

    internal KappaSpectralReportTransformer(MatrixColumns matrices)
    {
        _matrices = matrices;
        Function = new SpectralReportFunction(matrices);
    }

    internal RowFunction Function { get; }

    bool ITransformer.IsRowToRowMapper => true;

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => new RowFunctionMapper(Function, inputSchema).OutputSchema;

    /// <inheritdoc/>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new RowFunctionView(input, new RowFunctionMapper(Function, input.Schema));
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => new RowFunctionMapper(Function, inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(GetVersionInfo());
        _matrices.Save(ctx);
    }

    private static KappaSpectralReportTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        return new(MatrixColumns.Load(ctx));
    }

    private static VersionInfo GetVersionInfo() => new(
        modelSignature: "KAPPASPC",
        verWrittenCur: 0x00010001, // first version
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderAssemblyName: typeof(KappaSpectralReportTransformer).Assembly.GetName().Name!,
        loaderSignature: LoaderSignature);
}
