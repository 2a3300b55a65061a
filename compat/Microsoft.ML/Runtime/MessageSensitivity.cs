namespace Microsoft.ML.Runtime;

/// <summary>What a message may give away.</summary>
[Flags]
public enum MessageSensitivity
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The user's data.</summary>
    UserData = 1 << 0,

    /// <summary>Column names and types.</summary>
    Schema = 1 << 1,

    /// <summary>Nobody knows.</summary>
    Unknown = -1,

    /// <summary>Everything.</summary>
    All = -1,
}
