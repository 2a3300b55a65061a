using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.ML;

/// <summary>Registers prediction engine pools.</summary>
public static class ServiceCollectionExtensions
{
    /// <summary>Adds a <see cref="PredictionEnginePool{TData, TPrediction}"/>, one for the whole application, and what it needs.</summary>
    public static PredictionEnginePoolBuilder<TData, TPrediction> AddPredictionEnginePool<TData, TPrediction>(
        this IServiceCollection services)
        where TData : class where TPrediction : class, new()
    {
        AddRequiredServices(services).AddSingleton<PredictionEnginePool<TData, TPrediction>>();
        return new PredictionEnginePoolBuilder<TData, TPrediction>(services);
    }

    /// <summary>Adds the pool that <paramref name="implementationFactory"/> creates, and what it needs.</summary>
    public static PredictionEnginePoolBuilder<TData, TPrediction> AddPredictionEnginePool<TData, TPrediction>(
        this IServiceCollection services, Func<IServiceProvider, PredictionEnginePool<TData, TPrediction>> implementationFactory)
        where TData : class where TPrediction : class, new()
    {
        AddRequiredServices(services).AddSingleton(implementationFactory);
        return new PredictionEnginePoolBuilder<TData, TPrediction>(services);
    }

    private static IServiceCollection AddRequiredServices(IServiceCollection services)
    {
        services.AddLogging().AddOptions();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<MLOptions>, MLContextConfiguration>());
        return services;
    }
}
