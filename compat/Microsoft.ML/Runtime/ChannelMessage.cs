using System.Globalization;

namespace Microsoft.ML.Runtime;

/// <summary>A message sent on a channel. Its text is put together when it's read.</summary>
public readonly struct ChannelMessage
{
    private readonly string _format;
    private readonly object?[]? _arguments;

    /// <summary>How serious it is.</summary>
    public readonly ChannelMessageKind Kind;

    /// <summary>What it may give away.</summary>
    public readonly MessageSensitivity Sensitivity;

    internal ChannelMessage(ChannelMessageKind kind, MessageSensitivity sensitivity, string format, object?[]? arguments = null)
    {
        Kind = kind;
        Sensitivity = sensitivity;
        _format = format;
        _arguments = arguments;
    }

    /// <summary>The text.</summary>
    public string Message => _arguments is { Length: > 0 } ? string.Format(CultureInfo.CurrentCulture, _format, _arguments) : _format;
}
