using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.ML;

/// <summary>A folder for model files, and services with pools of them.</summary>
public abstract class PoolFixture : IDisposable
{
    // A limit for what should happen within a second, generous enough for a machine that is busy with something else.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("pool-").FullName;
    private ServiceProvider? _services;

    private protected LogLines Log { get; } = new();

    public void Dispose()
    {
        _services?.Dispose();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private protected string Write(string name, byte[] content)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    /// <summary>Puts another file in the place of one that may be in use.</summary>
    private protected void Replace(string path, byte[] content) =>
        File.Move(Write(Path.GetRandomFileName(), content), path, overwrite: true);

    private protected PredictionEnginePool<Question, Answer> Pool(Action<PredictionEnginePoolBuilder<Question, Answer>> configure) =>
        Services(services => configure(services.AddPredictionEnginePool<Question, Answer>()))
            .GetRequiredService<PredictionEnginePool<Question, Answer>>();

    private protected ServiceProvider Services(Action<IServiceCollection> configure)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log));
        configure(services);
        return _services = services.BuildServiceProvider();
    }

    private protected static async Task Until(Func<bool> condition, string what)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!condition())
        {
            Assert.False(limit.IsCancellationRequested, $"Waited {Patience} in vain: {what}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
