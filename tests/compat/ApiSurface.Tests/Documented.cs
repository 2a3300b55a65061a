/// <summary>
/// Members that a listing can't hold, since it was printed without the packages their signatures name: those of Microsoft.Extensions.ML
/// that name types of dependency injection, options and change tokens. Here they are as the API documentation gives them.
/// </summary>
internal static class Documented
{
    private const string Of = "where TData : class where TPrediction : class, new()";
    private const string Builder = "Microsoft.Extensions.ML.PredictionEnginePoolBuilder<TData, TPrediction>";
    private const string Pool = "Microsoft.Extensions.ML.PredictionEnginePool<TData, TPrediction>";
    private const string Services = "Microsoft.Extensions.DependencyInjection.IServiceCollection";

    public static IEnumerable<string> Members(string package) => package != "Microsoft.Extensions.ML" ? [] :
    [
        "Microsoft.Extensions.ML.ModelLoader::abstract Microsoft.Extensions.Primitives.IChangeToken GetReloadToken()",
        $"{Pool}::.ctor(System.IServiceProvider serviceProvider, Microsoft.Extensions.Options.IOptions<Microsoft.Extensions.ML.MLOptions> mlContextOptions, "
            + "Microsoft.Extensions.Options.IOptionsFactory<Microsoft.Extensions.ML.PredictionEnginePoolOptions<TData, TPrediction>> predictionEngineOptions)",
        $"{Builder}::.ctor({Services} services)",
        $"{Builder}::{Services} Services {{ get; }}",
        $"Microsoft.Extensions.ML.ServiceCollectionExtensions::static {Builder} AddPredictionEnginePool<TData, TPrediction>(this {Services} services) {Of}",
        $"Microsoft.Extensions.ML.ServiceCollectionExtensions::static {Builder} AddPredictionEnginePool<TData, TPrediction>(this {Services} services, "
            + $"System.Func<System.IServiceProvider, {Pool}> implementationFactory) {Of}",
    ];
}
