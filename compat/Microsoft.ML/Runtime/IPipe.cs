namespace Microsoft.ML.Runtime;

/// <summary>A way to send messages of one type; disposed when there are no more.</summary>
public interface IPipe<TMessage> : IExceptionContext, IDisposable
{
    /// <summary>Sends a message.</summary>
    void Send(TMessage msg);
}
