using Microsoft.Extensions.ObjectPool;
using Microsoft.ML;

namespace Microsoft.Extensions.ML;

/// <summary>The engines of one loaded model. Once retired, it goes when the last engine is back.</summary>
internal sealed class EngineSet<TData, TPrediction> : IPooledObjectPolicy<PredictionEngine<TData, TPrediction>>
    where TData : class where TPrediction : class, new()
{
    private readonly MLContext _mlContext;
    private readonly ITransformer _model;
    private readonly ObjectPool<PredictionEngine<TData, TPrediction>> _pool;
    private readonly HashSet<PredictionEngine<TData, TPrediction>> _out = new(ReferenceEqualityComparer.Instance);
    private int _renting;
    private bool _retired, _ownsModel;

    /// <exception cref="InvalidOperationException">The model doesn't fit the data or prediction class.</exception>
    public EngineSet(MLContext mlContext, ITransformer model, bool ownsModel)
    {
        (_mlContext, _model, _ownsModel) = (mlContext, model, ownsModel);
        _pool = new DefaultObjectPoolProvider().Create(this);
        _pool.Return(Create()); // whatever is wrong with the model shows here, before it serves anyone
    }

    /// <summary>The model itself. Whoever has it may use it for ever, so from now on it is left to the garbage collector.</summary>
    public ITransformer LendModel()
    {
        lock (_out)
            _ownsModel = false;
        return _model;
    }

    /// <summary>An engine, or null if the set is retired.</summary>
    public PredictionEngine<TData, TPrediction>? TryRent()
    {
        lock (_out)
        {
            if (_retired)
                return null;
            _renting++;
        }

        // A new engine takes time to make: others needn't wait for it.
        PredictionEngine<TData, TPrediction>? engine = null;
        try
        {
            return engine = _pool.Get();
        }
        finally
        {
            lock (_out)
            {
                _renting--;
                if (engine is not null)
                    _out.Add(engine);
                DisposeIfDone();
            }
        }
    }

    public void Return(PredictionEngine<TData, TPrediction> engine)
    {
        lock (_out)
        {
            if (!_out.Remove(engine))
                return;
            _pool.Return(engine);
            DisposeIfDone();
        }
    }

    public void Retire()
    {
        lock (_out)
        {
            _retired = true;
            DisposeIfDone();
        }
    }

    /// <summary>A new engine. Many share the model, so none of them owns it.</summary>
    public PredictionEngine<TData, TPrediction> Create() =>
        _mlContext.Model.CreatePredictionEngine<TData, TPrediction>(_model, new PredictionEngineOptions { OwnsTransformer = false });

    bool IPooledObjectPolicy<PredictionEngine<TData, TPrediction>>.Return(PredictionEngine<TData, TPrediction> engine) => true;

    private void DisposeIfDone()
    {
        if (!_retired || _renting > 0 || _out.Count > 0)
            return;
        (_pool as IDisposable)?.Dispose();
        if (_ownsModel)
            (_model as IDisposable)?.Dispose();
    }
}
