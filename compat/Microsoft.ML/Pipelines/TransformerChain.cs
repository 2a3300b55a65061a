using System.Collections;

namespace Microsoft.ML.Data;

/// <summary>
/// Transformers that apply one after another. Safe for any number of threads where all of them are; disposing it disposes them.
/// </summary>
/// <typeparam name="TLastTransformer">The last transformer.</typeparam>
public sealed partial class TransformerChain<TLastTransformer> : ITransformer, IEnumerable<ITransformer>, IDisposable
    where TLastTransformer : class, ITransformer
{
    /// <summary>The last transformer; null in an empty chain.</summary>
    public readonly TLastTransformer? LastTransformer;

    private readonly ITransformer[] _transformers;
    private readonly TransformerScope[] _scopes;
    private bool _disposed;

    /// <summary>Makes a chain.</summary>
    /// <param name="transformers">The transformers, in order.</param>
    /// <param name="scopes">When each applies; as many as transformers.</param>
    public TransformerChain(IEnumerable<ITransformer> transformers, IEnumerable<TransformerScope> scopes)
    {
        Contracts.CheckValue(transformers, nameof(transformers));
        Contracts.CheckValue(scopes, nameof(scopes));
        _transformers = transformers.ToArray();
        _scopes = scopes.ToArray();
        Contracts.CheckParam(_transformers.Length == _scopes.Length, nameof(scopes), "There must be as many scopes as transformers");
        LastTransformer = Last(_transformers);
    }

    /// <summary>Makes a chain of transformers that always apply.</summary>
    public TransformerChain(params ITransformer[] transformers)
    {
        Contracts.CheckValue(transformers, nameof(transformers));
        _transformers = [.. transformers];
        _scopes = Array.ConvertAll(_transformers, _ => TransformerScope.Everything);
        LastTransformer = Last(_transformers);
    }

    bool ITransformer.IsRowToRowMapper => _transformers.All(transformer => transformer.IsRowToRowMapper);

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => GetOutputSchema(inputSchema, TransformerScope.Everything);

    /// <summary>The columns that come out of the transformers that apply in any of <paramref name="scope"/>.</summary>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema, TransformerScope scope)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        return InScope(scope).Aggregate(inputSchema, (schema, transformer) => transformer.GetOutputSchema(schema));
    }

    /// <inheritdoc/>
    public IDataView Transform(IDataView input) => Transform(input, TransformerScope.Everything);

    /// <summary>Applies the transformers that apply in any of <paramref name="scope"/>.</summary>
    public IDataView Transform(IDataView input, TransformerScope scope)
    {
        Contracts.CheckValue(input, nameof(input));
        // The whole chain is checked before any of it runs: a transformer may do work in Transform.
        GetOutputSchema(input.Schema, scope);
        return InScope(scope).Aggregate(input, (data, transformer) => transformer.Transform(data));
    }

    /// <summary>The part of this chain that applies in any of <paramref name="scopeFilter"/>; it shares its transformers.</summary>
    public TransformerChain<ITransformer> GetModelFor(TransformerScope scopeFilter)
    {
        int[] kept = Enumerable.Range(0, _transformers.Length).Where(i => (_scopes[i] & scopeFilter) != 0).ToArray();
        return new TransformerChain<ITransformer>(kept.Select(i => _transformers[i]), kept.Select(i => _scopes[i]));
    }

    /// <summary>This chain with one more transformer; this one stays as it is.</summary>
    /// <param name="transformer">The transformer to append.</param>
    /// <param name="scope">When it applies; always by default.</param>
    public TransformerChain<TNewLast> Append<TNewLast>(TNewLast transformer, TransformerScope scope = TransformerScope.Everything)
        where TNewLast : class, ITransformer
    {
        Contracts.CheckValue(transformer, nameof(transformer));
        return new TransformerChain<TNewLast>(_transformers.Append(transformer), _scopes.Append(scope));
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        if (!((ITransformer)this).IsRowToRowMapper)
            throw new InvalidOperationException("A transformer of the chain doesn't map rows one by one.");
        var mappers = new IRowToRowMapper[_transformers.Length];
        DataViewSchema schema = inputSchema;
        for (int i = 0; i < mappers.Length; i++)
        {
            mappers[i] = _transformers[i].GetRowToRowMapper(schema);
            schema = mappers[i].OutputSchema;
        }

        return new CompositeRowToRowMapper(inputSchema, mappers);
    }

    /// <inheritdoc/>
    public IEnumerator<ITransformer> GetEnumerator() => ((IEnumerable<ITransformer>)_transformers).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Disposes the transformers that can be; more than once is harmless.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        foreach (ITransformer transformer in _transformers)
            (transformer as IDisposable)?.Dispose();
        _disposed = true;
    }

    private IEnumerable<ITransformer> InScope(TransformerScope scope) => _transformers.Where((_, i) => (_scopes[i] & scope) != 0);

    private static TLastTransformer? Last(ITransformer[] transformers)
    {
        if (transformers.Length == 0)
            return null;
        return transformers[^1] as TLastTransformer
            ?? throw Contracts.ExceptParam(nameof(transformers), $"The last transformer is no {typeof(TLastTransformer).Name}");
    }
}
