namespace Microsoft.ML.Runtime;

/// <summary>How serious a message is.</summary>
public enum ChannelMessageKind
{
    /// <summary>For those who look into the workings.</summary>
    Trace = 0,

    /// <summary>Worth knowing.</summary>
    Info = 1,

    /// <summary>Something that isn't as it should be.</summary>
    Warning = 2,

    /// <summary>Something failed.</summary>
    Error = 3,
}
