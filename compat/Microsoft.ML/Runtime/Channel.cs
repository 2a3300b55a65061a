using System.Diagnostics;

namespace Microsoft.ML.Runtime;

/// <summary>Hands messages to the context's listener, under the name of the host and its own.</summary>
internal sealed class Channel : IChannel
{
    private readonly Host _host;
    private readonly string _fullName;
    private readonly long _started = Stopwatch.GetTimestamp();
    private bool _disposed;

    public Channel(Host host, string fullName)
    {
        _host = host;
        _fullName = fullName;
        Trace(MessageSensitivity.None, "Channel started");
    }

    public string ContextDescription => _host.ContextDescription;

    public TException Process<TException>(TException ex) where TException : Exception => _host.Process(ex);

    public void Send(ChannelMessage msg) => _host.State.MessageSent?.Invoke(_fullName, msg);

    public void Trace(MessageSensitivity sensitivity, string fmt) => Send(new(ChannelMessageKind.Trace, sensitivity, fmt));

    public void Trace(MessageSensitivity sensitivity, string fmt, params object?[] args) =>
        Send(new(ChannelMessageKind.Trace, sensitivity, fmt, args));

    public void Info(MessageSensitivity sensitivity, string fmt) => Send(new(ChannelMessageKind.Info, sensitivity, fmt));

    public void Info(MessageSensitivity sensitivity, string fmt, params object?[] args) =>
        Send(new(ChannelMessageKind.Info, sensitivity, fmt, args));

    public void Warning(MessageSensitivity sensitivity, string fmt) => Send(new(ChannelMessageKind.Warning, sensitivity, fmt));

    public void Warning(MessageSensitivity sensitivity, string fmt, params object?[] args) =>
        Send(new(ChannelMessageKind.Warning, sensitivity, fmt, args));

    public void Error(MessageSensitivity sensitivity, string fmt) => Send(new(ChannelMessageKind.Error, sensitivity, fmt));

    public void Error(MessageSensitivity sensitivity, string fmt, params object?[] args) =>
        Send(new(ChannelMessageKind.Error, sensitivity, fmt, args));

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        Trace(MessageSensitivity.None, "Channel finished. Elapsed {0:c}.", Stopwatch.GetElapsedTime(_started));
        Trace(MessageSensitivity.None, "Channel disposed");
    }
}
