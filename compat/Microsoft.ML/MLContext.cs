using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>
/// Where work with ML.NET starts: catalogs of what can be done, the seed of all randomness, and a log. Can be used from
/// several threads; with a seed, results are the same where the calls come in the same order.
/// </summary>
public sealed partial class MLContext : IHostEnvironmentInternal
{
    private readonly Host _host;

    /// <summary>Makes a context.</summary>
    /// <param name="seed">Seeds all randomness; default: none, so that each run differs.</param>
    public MLContext(int? seed = null)
    {
        _host = new Host(seed);
        _host.State.MessageSent = (source, message) => Log?.Invoke(this, new LoggingEventArgs(message.Message, message.Kind, source));
        Data = new DataOperationsCatalog(this);
        Model = new ModelOperationsCatalog(this);
        Transforms = new TransformsCatalog(this);
        BinaryClassification = new BinaryClassificationCatalog(this);
        MulticlassClassification = new MulticlassClassificationCatalog(this);
    }

    /// <summary>Messages of everything that runs in the context. Handlers are called on the threads that send.</summary>
    public event EventHandler<LoggingEventArgs>? Log;

    /// <summary>Loading, saving, splitting, filtering.</summary>
    public DataOperationsCatalog Data { get; }

    /// <summary>Saving and loading models, predicting one by one.</summary>
    public ModelOperationsCatalog Model { get; }

    /// <summary>What turns data into other data.</summary>
    public TransformsCatalog Transforms { get; }

    /// <summary>Two classes: trainers and evaluation.</summary>
    public BinaryClassificationCatalog BinaryClassification { get; }

    /// <summary>Several classes: trainers and evaluation.</summary>
    public MulticlassClassificationCatalog MulticlassClassification { get; }

    /// <summary>The components that saved models can name.</summary>
    public ComponentCatalog ComponentCatalog => _host.ComponentCatalog;

    /// <summary>The folder for temporary files; default: the user's.</summary>
    public string TempFilePath
    {
        get => _host.State.TempFilePath;
        set => _host.State.TempFilePath = value;
    }

    /// <summary>Which GPU to use; default: none.</summary>
    public int? GpuDeviceId
    {
        get => _host.State.GpuDeviceId;
        set => _host.State.GpuDeviceId = value;
    }

    /// <summary>Whether to use the CPU where the GPU isn't there; default: false.</summary>
    public bool FallbackToCpu
    {
        get => _host.State.FallbackToCpu;
        set => _host.State.FallbackToCpu = value;
    }

    HostState IHostEnvironmentInternal.State => _host.State;

    string IExceptionContext.ContextDescription => _host.ContextDescription;

    TException IExceptionContext.Process<TException>(TException ex) => _host.Process(ex);

    IChannel IChannelProvider.Start(string name) => _host.Start(name);

    IPipe<TMessage> IChannelProvider.StartPipe<TMessage>(string name) => _host.StartPipe<TMessage>(name);

    IProgressChannel IProgressChannelProvider.StartProgressChannel(string name) => _host.StartProgressChannel(name);

    IHost IHostEnvironment.Register(string name, int? seed, bool? verbose) => _host.Register(name, seed, verbose);
}
