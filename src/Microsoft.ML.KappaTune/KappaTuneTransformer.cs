using Microsoft.ML.KappaTune.Rows;

namespace Microsoft.ML.KappaTune;

/// <summary>
/// Adds columns to rows, each computed from its row alone, in ML.NET's pipelines and model files; the base of what KappaTune's estimators
/// fit. Rows and their order stay. Any number of threads may use it at once.
/// </summary>
public abstract class KappaTuneTransformer : ITransformer
{
    private readonly VersionInfo _version;

    private protected KappaTuneTransformer(RowFunction function, VersionInfo version)
    {
        Function = function;
        _version = version;
    }

    internal RowFunction Function { get; }

    bool ITransformer.IsRowToRowMapper => true;

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A column isn't there, or has another type.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => new RowFunctionMapper(Function, inputSchema).OutputSchema;

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A column isn't there, or has another type.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return Function.Apply(input);
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => new RowFunctionMapper(Function, inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(_version);
        Save(ctx);
    }

    /// <summary>Saves what <c>Create</c> reads.</summary>
    private protected abstract void Save(ModelSaveContext ctx);

    /// <summary>How ML.NET finds the code for a part of a model file, and tells its version.</summary>
    private protected static VersionInfo FirstVersion(string modelSignature, string loaderSignature) => new(
        modelSignature, verWrittenCur: 0x00010001, verReadableCur: 0x00010001, verWeCanReadBack: 0x00010001,
        loaderAssemblyName: typeof(KappaTuneTransformer).Assembly.GetName().Name!, loaderSignature: loaderSignature);
}
