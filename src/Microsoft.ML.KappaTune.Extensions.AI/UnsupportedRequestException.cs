namespace Microsoft.ML.KappaTune;

/// <summary>
/// A request asks a model for what it can't do, such as calling tools or reading pictures. It is refused before anything is computed; the
/// message names what was asked for, the reason and what to do about it.
/// </summary>
public sealed class UnsupportedRequestException : NotSupportedException
{
    internal UnsupportedRequestException(string asked, string reason, string remedy) : base($"{asked}: {reason}. {remedy}")
    {
        Asked = asked;
        Reason = reason;
        Remedy = remedy;
    }

    /// <summary>The option or the part of a message, such as <c>ChatOptions.Tools</c>.</summary>
    public string Asked { get; }

    /// <summary>Why it is refused.</summary>
    public string Reason { get; }

    /// <summary>What to do about it.</summary>
    public string Remedy { get; }
}
