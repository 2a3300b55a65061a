using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Runs a model on one object at a time. Not safe for several threads at once: use one engine a thread, or a pool of them.</summary>
/// <typeparam name="TSrc">The class whose members are the input columns.</typeparam>
/// <typeparam name="TDst">The class whose members are filled from the output columns.</typeparam>
public abstract class PredictionEngineBase<TSrc, TDst> : IDisposable where TSrc : class where TDst : class, new()
{
    private readonly ITransformer? _owned;

    private protected PredictionEngineBase(ITransformer transformer, PredictionEngineOptions options)
    {
        Contracts.CheckParam(transformer.IsRowToRowMapper, nameof(transformer), "Must be a row to row mapper");
        _owned = options.OwnsTransformer ? transformer : null;
        RowBinding input = RowBinding.Create(typeof(TSrc), options.InputSchemaDefinition, SchemaDefinition.Direction.Read);
        IRowToRowMapper mapper = transformer.GetRowToRowMapper(input.Schema);
        SetterPlan plan = SetterPlan.Create(typeof(TDst), mapper.OutputSchema, options.IgnoreMissingColumns, options.OutputSchemaDefinition);
        OutputSchema = mapper.OutputSchema;
        Input = new ObjectRow<TSrc>(input);
        Output = new MemberSetters<TDst>(mapper.GetRow(Input, plan.Columns), plan);
    }

    /// <summary>The columns that come out.</summary>
    public DataViewSchema OutputSchema { get; }

    private protected ObjectRow<TSrc> Input { get; }

    private protected MemberSetters<TDst> Output { get; }

    /// <summary>Predicts into a new object.</summary>
    public TDst Predict(TSrc example)
    {
        var prediction = new TDst();
        Predict(example, ref prediction);
        return prediction;
    }

    /// <summary>Predicts into <paramref name="prediction"/>, whose arrays are reused where they have the right length; null is replaced by a new object.</summary>
    public abstract void Predict(TSrc example, ref TDst prediction);

    /// <summary>Disposes the transformer, where the engine owns it.</summary>
    public void Dispose() => (_owned as IDisposable)?.Dispose();
}
