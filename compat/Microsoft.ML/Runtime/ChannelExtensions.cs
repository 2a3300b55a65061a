namespace Microsoft.ML.Runtime;

/// <summary>Messages whose sensitivity nobody stated.</summary>
internal static class ChannelExtensions
{
    public static void Trace(this IChannel ch, string text) => ch.Trace(MessageSensitivity.Unknown, text);

    public static void Info(this IChannel ch, string text) => ch.Info(MessageSensitivity.Unknown, text);

    public static void Warning(this IChannel ch, string text) => ch.Warning(MessageSensitivity.Unknown, text);

    public static void Error(this IChannel ch, string text) => ch.Error(MessageSensitivity.Unknown, text);
}
