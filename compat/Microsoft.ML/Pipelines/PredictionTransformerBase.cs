using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>A transformer that scores rows with a trained model. Any number of threads may use it at once; disposing it disposes the model.</summary>
/// <typeparam name="TModel">The model's parameters.</typeparam>
public abstract class PredictionTransformerBase<TModel> : IPredictionTransformer<TModel>, IDisposable where TModel : class
{
    private bool _disposed;

    private protected PredictionTransformerBase(IHost host, TModel model)
    {
        Host = host;
        Model = model;
    }

    /// <summary>The model's parameters.</summary>
    public TModel Model { get; }

    private protected IHost Host { get; }

    bool ITransformer.IsRowToRowMapper => true;

    /// <inheritdoc/>
    public abstract DataViewSchema GetOutputSchema(DataViewSchema inputSchema);

    /// <inheritdoc/>
    public IDataView Transform(IDataView input)
    {
        Contracts.CheckValue(input, nameof(input));
        return new MappedDataView(input, Bind(input.Schema));
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        return Bind(inputSchema);
    }

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        Contracts.CheckValue(ctx, nameof(ctx));
        ctx.CheckAtModel();
        SaveModel(ctx);
    }

    /// <summary>Frees what the model holds; more than once is harmless.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        (Model as IDisposable)?.Dispose();
        _disposed = true;
    }

    /// <summary>Binds the model to an input schema; throws where that lacks a column.</summary>
    private protected abstract IRowMapper MakeRowMapper(DataViewSchema inputSchema);

    private protected abstract void SaveModel(ModelSaveContext ctx);

    private protected RowToRowMapper Bind(DataViewSchema inputSchema) => new(inputSchema, MakeRowMapper(inputSchema));
}
