namespace Microsoft.ML.Runtime;

/// <summary>A pipe for messages that a context has no listener for.</summary>
internal sealed class Pipe<TMessage>(Host host) : IPipe<TMessage>
{
    public string ContextDescription => host.ContextDescription;

    public TException Process<TException>(TException ex) where TException : Exception => host.Process(ex);

    public void Send(TMessage msg)
    {
    }

    public void Dispose()
    {
    }
}
