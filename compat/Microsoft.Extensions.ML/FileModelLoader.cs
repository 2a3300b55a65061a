using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.ML;

namespace Microsoft.Extensions.ML;

/// <summary>
/// Loads a model from a file, and again when the file has changed and come to rest. It looks at the file a few times a second:
/// unlike notifications of the operating system that works on network shares and container mounts, for writing and for renaming alike.
/// </summary>
internal sealed class FileModelLoader(IOptions<MLOptions> options, ILogger<FileModelLoader> logger) : ModelLoader, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    // A file that can't be loaded may still be in use by its writer. After that many tries it is a bad file, until it changes again.
    private const int MaximumTries = 5;

    private readonly CancellationTokenSource _disposed = new();
    private string _path = null!;
    private volatile ITransformer _model = null!;
    private volatile ReloadToken _token = new();

    public override ITransformer GetModel() => _model;

    public override IChangeToken GetReloadToken() => _token;

    /// <summary>Loads the model; then, if asked to, watches the file until disposed.</summary>
    public void Start(string path, bool watchForChanges)
    {
        _path = Path.GetFullPath(path);
        Stamp loaded = Stamp.Of(_path);
        _model = Load();
        if (watchForChanges)
            _ = WatchAsync(loaded, _disposed.Token);
    }

    public void Dispose() => _disposed.Cancel();

    private async Task WatchAsync(Stamp loaded, CancellationToken cancellation)
    {
        Stamp last = loaded;
        int tries = 0;
        using var timer = new PeriodicTimer(Interval);
        while (await Tick(timer, cancellation).ConfigureAwait(false))
        {
            Stamp now = Stamp.Of(_path);
            bool atRest = now == last;
            last = now;
            if (!atRest)
                tries = 0;
            if (!atRest || now == loaded || now == Stamp.Missing || tries == MaximumTries)
                continue;

            try
            {
                ITransformer model = Load();
                if (Stamp.Of(_path) != now)
                {
                    (model as IDisposable)?.Dispose(); // written to while it was read: come back when it rests
                    continue;
                }

                loaded = now;
                _model = model;
                logger.LogInformation("Loaded the changed model {Path}", _path);
                Interlocked.Exchange(ref _token, new ReloadToken()).Change();
            }
            catch (Exception e) when (++tries < MaximumTries)
            {
                logger.LogDebug(e, "Can't load {Path} yet", _path);
            }
            catch (Exception e)
            {
                logger.LogError(e, "{Path} has changed, but is no model that can be loaded; predictions go on with the old one", _path);
            }
        }
    }

    private static async ValueTask<bool> Tick(PeriodicTimer timer, CancellationToken cancellation)
    {
        try
        {
            return await timer.WaitForNextTickAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Others may write, rename and delete the file meanwhile.</summary>
    private ITransformer Load()
    {
        using var stream = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return options.Value.MLContext.Model.Load(stream, out _);
    }

    /// <summary>What tells a file's contents from its former ones. The creation time is that of another file after a rename.</summary>
    private readonly record struct Stamp(long Length, DateTime Written, DateTime Created)
    {
        public static readonly Stamp Missing = default;

        public static Stamp Of(string path)
        {
            try
            {
                var file = new FileInfo(path);
                return file.Exists ? new Stamp(file.Length, file.LastWriteTimeUtc, file.CreationTimeUtc) : Missing;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return Missing; // gone between two questions, or for others for now
            }
        }
    }

    private sealed class ReloadToken : IChangeToken
    {
        private readonly CancellationTokenSource _source = new();

        public bool HasChanged => _source.IsCancellationRequested;

        public bool ActiveChangeCallbacks => true;

        public IDisposable RegisterChangeCallback(Action<object?> callback, object? state) => _source.Token.Register(callback, state);

        public void Change() => _source.Cancel();
    }
}
