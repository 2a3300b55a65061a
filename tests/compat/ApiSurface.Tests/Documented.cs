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

    /// <summary>A listing is printed with the package alone: a member whose signature names a type of these namespaces isn't in it.</summary>
    private static readonly string[] AbsentNamespaces =
        ["Microsoft.Extensions.DependencyInjection.", "Microsoft.Extensions.Options.", "Microsoft.Extensions.Primitives."];

    /// <summary>Whether a line could not have been printed into a listing.</summary>
    public static bool IsUnlistable(string line) => AbsentNamespaces.Any(line.Contains);

    public static IEnumerable<string> Members { get; } =
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
