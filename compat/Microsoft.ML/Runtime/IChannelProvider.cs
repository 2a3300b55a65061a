namespace Microsoft.ML.Runtime;

/// <summary>Starts channels.</summary>
public interface IChannelProvider : IExceptionContext
{
    /// <summary>Starts a channel for text messages.</summary>
    IChannel Start(string name);

    /// <summary>Starts a channel for messages of another type.</summary>
    IPipe<TMessage> StartPipe<TMessage>(string name);
}
