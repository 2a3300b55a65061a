namespace Microsoft.ML.KappaTune;

/// <summary>
/// A model's chat template doesn't take a conversation: it refuses it, it fails on it, it takes too long, or it rewrites earlier turns
/// where the parts to learn are asked for. The message names the template, the reason and what to do about it.
/// </summary>
public sealed class ChatTemplateException : FormatException
{
    internal ChatTemplateException(string template, string reason, string remedy, Exception? innerException = null)
        : base($"{template}: {reason}. {remedy}", innerException)
    {
        Template = template;
        Reason = reason;
        Remedy = remedy;
    }

    /// <summary>The file of the template, and its field or name there.</summary>
    public string Template { get; }

    /// <summary>What is wrong.</summary>
    public string Reason { get; }

    /// <summary>What to do about it.</summary>
    public string Remedy { get; }
}
