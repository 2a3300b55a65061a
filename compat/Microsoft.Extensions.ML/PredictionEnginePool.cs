using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.ML;

namespace Microsoft.Extensions.ML;

/// <summary>
/// Prediction engines for reuse: an engine serves one thread at a time, the pool any number. All members are thread-safe.
/// An engine keeps its model while it is out; a model that was replaced goes when its last engine is back.
/// </summary>
public class PredictionEnginePool<TData, TPrediction> where TData : class where TPrediction : class, new()
{
    private readonly MLContext _mlContext;
    private readonly IOptionsFactory<PredictionEnginePoolOptions<TData, TPrediction>> _optionsFactory;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<string, Lazy<ReloadingModel<TData, TPrediction>>> _models = new();

    /// <summary>
    /// A pool of the models that <paramref name="predictionEngineOptions"/> knows; the default one, if any, is loaded at once.
    /// </summary>
    public PredictionEnginePool(
        IServiceProvider serviceProvider, IOptions<MLOptions> mlContextOptions,
        IOptionsFactory<PredictionEnginePoolOptions<TData, TPrediction>> predictionEngineOptions)
    {
        _mlContext = mlContextOptions.Value.MLContext;
        _optionsFactory = predictionEngineOptions;
        _logger = serviceProvider.GetRequiredService<ILogger<PredictionEnginePool<TData, TPrediction>>>();
        if (predictionEngineOptions.Create("") is { ModelLoader: { } loader })
            _models[""] = new(new ReloadingModel<TData, TPrediction>(_mlContext, loader, _logger));
    }

    /// <summary>The default model, as it is now.</summary>
    public ITransformer GetModel() => GetModel("");

    /// <summary>The model of that name, as it is now.</summary>
    public ITransformer GetModel(string modelName) => Model(modelName).GetModel();

    /// <summary>An engine of the default model. Give it back when done.</summary>
    public PredictionEngine<TData, TPrediction> GetPredictionEngine() => GetPredictionEngine("");

    /// <summary>An engine of the model of that name. Give it back when done.</summary>
    public PredictionEngine<TData, TPrediction> GetPredictionEngine(string modelName) => Model(modelName).Rent();

    /// <summary>Gives back an engine of the default model.</summary>
    public void ReturnPredictionEngine(PredictionEngine<TData, TPrediction> engine) => ReturnPredictionEngine("", engine);

    /// <summary>Gives back an engine of the model of that name.</summary>
    public void ReturnPredictionEngine(string modelName, PredictionEngine<TData, TPrediction> engine)
    {
        ArgumentNullException.ThrowIfNull(engine);
        Model(modelName).Return(engine);
    }

    private ReloadingModel<TData, TPrediction> Model(string modelName)
    {
        modelName ??= "";
        Lazy<ReloadingModel<TData, TPrediction>> model = _models.GetOrAdd(modelName, name => new(() => Create(name)));
        try
        {
            return model.Value;
        }
        catch
        {
            // The file may be there next time: don't keep the failure.
            _models.TryRemove(KeyValuePair.Create(modelName, model));
            throw;
        }
    }

    private ReloadingModel<TData, TPrediction> Create(string name)
    {
        ModelLoader? loader = _optionsFactory.Create(name).ModelLoader;
        if (loader is null)
            throw new ArgumentException(
                name.Length == 0 ? "The pool has no default model: add one without a name." : $"The pool has no model named '{name}'.");
        return new ReloadingModel<TData, TPrediction>(_mlContext, loader, _logger);
    }
}
