namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>What went wrong in a template.</summary>
internal enum JinjaFault
{
    /// <summary>It isn't valid, or fails on what it gets.</summary>
    Error,

    /// <summary>It says itself, through <c>raise_exception</c>, that it doesn't take what it gets.</summary>
    Refusal,

    /// <summary>It takes more time, memory or depth than it may.</summary>
    Limit,
}

/// <summary>A template can't be read or rendered.</summary>
internal sealed class JinjaException(JinjaFault fault, string reason, Exception innerException) : Exception(reason, innerException)
{
    public JinjaFault Fault => fault;
}
