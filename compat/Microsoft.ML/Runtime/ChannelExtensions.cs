namespace Microsoft.ML.Runtime;

/// <summary>Messages whose sensitivity nobody stated.</summary>
internal static class ChannelExtensions
{
    public static void Warning(this IChannel ch, string text) => ch.Warning(MessageSensitivity.Unknown, text);
}
