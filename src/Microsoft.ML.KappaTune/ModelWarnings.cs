using Microsoft.ML.Runtime;

namespace Microsoft.ML.KappaTune;

/// <summary>Puts what is to be known about a model's files into the log of a context.</summary>
internal static class ModelWarnings
{
    public static void Log(IHostEnvironment env, IReadOnlyList<string> warnings)
    {
        using IChannel channel = env.Register("KappaTune").Start("Loading a model");
        foreach (string warning in warnings)
            channel.Warning(MessageSensitivity.None, warning);
    }
}
