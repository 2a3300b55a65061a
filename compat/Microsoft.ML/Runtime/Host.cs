namespace Microsoft.ML.Runtime;

/// <summary>
/// The environment of a context or of a component. Each host's randomness is seeded from its parent's, so that one seed
/// fixes everything that runs in the same order.
/// </summary>
internal sealed class Host : IHost, IHostEnvironmentInternal
{
    private readonly string _fullName;

    /// <summary>The environment of a context.</summary>
    public Host(int? seed) : this(new HostState(seed), "", seed is int given ? new Random(given) : new Random())
    {
    }

    private Host(HostState state, string fullName, Random random)
    {
        State = state;
        _fullName = fullName;
        Rand = random;
    }

    public HostState State { get; }

    public Random Rand { get; }

    public ComponentCatalog ComponentCatalog => State.ComponentCatalog;

    public string ContextDescription => _fullName.Length > 0 ? _fullName : "HostEnvironment";

    public IHost Register(string name, int? seed = null, bool? verbose = null)
    {
        Contracts.CheckNonEmpty(name, nameof(name));
        int forked;
        lock (Rand)
            forked = seed ?? Rand.Next();
        return new Host(State, name, new Random(forked)); // whatever the name of this one, as in ML.NET
    }

    public IChannel Start(string name) => new Channel(this, FullName(name));

    public IPipe<TMessage> StartPipe<TMessage>(string name) =>
        typeof(TMessage) == typeof(ChannelMessage) ? (IPipe<TMessage>)Start(name) : new Pipe<TMessage>(this);

    public IProgressChannel StartProgressChannel(string name) => new ProgressChannel(name);

    public TException Process<TException>(TException ex) where TException : Exception => ex;

    private string FullName(string name) => _fullName.Length > 0 ? $"{_fullName}; {name}" : name;
}
