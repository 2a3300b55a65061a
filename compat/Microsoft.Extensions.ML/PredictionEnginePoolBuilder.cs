using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Extensions.ML;

/// <summary>Adds models to a <see cref="PredictionEnginePool{TData, TPrediction}"/>.</summary>
public class PredictionEnginePoolBuilder<TData, TPrediction> where TData : class where TPrediction : class, new()
{
    /// <summary>A builder that registers in <paramref name="services"/>.</summary>
    public PredictionEnginePoolBuilder(IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        Services = services;
    }

    /// <summary>The services that the pool belongs to.</summary>
    public IServiceCollection Services { get; }
}
