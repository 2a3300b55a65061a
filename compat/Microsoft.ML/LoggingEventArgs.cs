using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>A message that arrives at <see cref="MLContext.Log"/>.</summary>
public class LoggingEventArgs : EventArgs
{
    /// <summary>A message as it is.</summary>
    public LoggingEventArgs(string message)
    {
        Message = message;
        RawMessage = message;
        Source = "";
    }

    /// <summary>A message of some kind from some source.</summary>
    public LoggingEventArgs(string message, ChannelMessageKind kind, string source)
    {
        Message = $"[Source={source}, Kind={kind}] {message}";
        RawMessage = message;
        Kind = kind;
        Source = source;
    }

    /// <summary>The message after its source and kind.</summary>
    public string Message { get; }

    /// <summary>How serious it is.</summary>
    public ChannelMessageKind Kind { get; }

    /// <summary>Which component and channel it comes from.</summary>
    public string Source { get; }

    /// <summary>The message alone.</summary>
    public string RawMessage { get; }
}
