namespace Microsoft.ML.Runtime;

/// <summary>A channel for text messages.</summary>
public interface IChannel : IPipe<ChannelMessage>
{
    /// <summary>Sends a trace.</summary>
    void Trace(MessageSensitivity sensitivity, string fmt);

    /// <summary>Sends a trace, formatted as by <see cref="string.Format(string, object?[])"/>.</summary>
    void Trace(MessageSensitivity sensitivity, string fmt, params object?[] args);

    /// <summary>Sends information.</summary>
    void Info(MessageSensitivity sensitivity, string fmt);

    /// <summary>Sends information, formatted as by <see cref="string.Format(string, object?[])"/>.</summary>
    void Info(MessageSensitivity sensitivity, string fmt, params object?[] args);

    /// <summary>Sends a warning.</summary>
    void Warning(MessageSensitivity sensitivity, string fmt);

    /// <summary>Sends a warning, formatted as by <see cref="string.Format(string, object?[])"/>.</summary>
    void Warning(MessageSensitivity sensitivity, string fmt, params object?[] args);

    /// <summary>Sends an error.</summary>
    void Error(MessageSensitivity sensitivity, string fmt);

    /// <summary>Sends an error, formatted as by <see cref="string.Format(string, object?[])"/>.</summary>
    void Error(MessageSensitivity sensitivity, string fmt, params object?[] args);
}
