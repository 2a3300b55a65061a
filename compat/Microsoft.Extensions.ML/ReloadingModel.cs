using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using Microsoft.ML;

namespace Microsoft.Extensions.ML;

/// <summary>One model of a pool: the engines of what its loader gives now, and of what it gave before while they are still out.</summary>
internal sealed class ReloadingModel<TData, TPrediction> where TData : class where TPrediction : class, new()
{
    private readonly MLContext _mlContext;
    private readonly ModelLoader _loader;
    private readonly ILogger _logger;
    private readonly ConditionalWeakTable<PredictionEngine<TData, TPrediction>, EngineSet<TData, TPrediction>> _origins = new();
    private volatile EngineSet<TData, TPrediction> _current;

    public ReloadingModel(MLContext mlContext, ModelLoader loader, ILogger logger)
    {
        (_mlContext, _loader, _logger) = (mlContext, loader, logger);
        _current = Load();
        ChangeToken.OnChange(loader.GetReloadToken, Reload);
    }

    public ITransformer GetModel() => _current.LendModel();

    public PredictionEngine<TData, TPrediction> Rent()
    {
        while (true)
        {
            // A set that was replaced in between refuses; then there is a newer one.
            EngineSet<TData, TPrediction> set = _current;
            if (set.TryRent() is not { } engine)
                continue;
            _origins.AddOrUpdate(engine, set);
            return engine;
        }
    }

    /// <summary>An engine that isn't from here, or is back already, is let alone.</summary>
    public void Return(PredictionEngine<TData, TPrediction> engine)
    {
        if (_origins.TryGetValue(engine, out EngineSet<TData, TPrediction>? set))
            set.Return(engine);
    }

    private EngineSet<TData, TPrediction> Load() => new(_mlContext, _loader.GetModel(), ownsModel: _loader is FileModelLoader);

    private void Reload()
    {
        try
        {
            EngineSet<TData, TPrediction> replaced = _current;
            _current = Load();
            replaced.Retire();
        }
        catch (Exception e)
        {
            _logger.LogError(
                e, "The new model doesn't fit {Data} and {Prediction}; predictions go on with the old one", typeof(TData),
                typeof(TPrediction));
        }
    }
}
