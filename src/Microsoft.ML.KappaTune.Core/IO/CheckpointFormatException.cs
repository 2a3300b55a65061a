namespace Microsoft.ML.KappaTune;

/// <summary>
/// A checkpoint, or a file of one, can't be read. The message names the file, the tensor and the field that are wrong,
/// the reason and what to do about it; nothing of the checkpoint was returned before it was thrown.
/// </summary>
public sealed class CheckpointFormatException : FormatException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="file">The file or folder that can't be read.</param>
    /// <param name="reason">What is wrong with it, without a closing full stop.</param>
    /// <param name="remedy">What to do about it, a sentence.</param>
    /// <param name="tensor">The tensor it is about, or null.</param>
    /// <param name="field">The field it is about, such as <c>shape</c>, or null.</param>
    /// <param name="innerException">The cause, or null.</param>
    public CheckpointFormatException(
        string file, string reason, string remedy, string? tensor = null, string? field = null, Exception? innerException = null)
        : base(Describe(file, reason, remedy, tensor, field), innerException)
    {
        File = file;
        Reason = reason;
        Remedy = remedy;
        Tensor = tensor;
        Field = field;
    }

    /// <summary>The file or folder that can't be read.</summary>
    public string File { get; }

    /// <summary>The tensor it is about; null where it is about the whole file.</summary>
    public string? Tensor { get; }

    /// <summary>The field it is about, such as <c>dtype</c> or <c>data_offsets</c>; null where it is about no single one.</summary>
    public string? Field { get; }

    /// <summary>What is wrong.</summary>
    public string Reason { get; }

    /// <summary>What to do about it.</summary>
    public string Remedy { get; }

    /// <summary>The operating system refuses to read a file or folder.</summary>
    internal static CheckpointFormatException Unreadable(string path, Exception cause) =>
        new(path, "it can't be read", "Check that it exists and that you may read it.", innerException: cause);

    private static string Describe(string file, string reason, string remedy, string? tensor, string? field)
    {
        // A name from a hostile file may be megabytes long or hold control characters.
        string where = tensor is null ? file : $"{file}, tensor \"{Printable(tensor)}\"";
        return field is null ? $"{where}: {reason}. {remedy}" : $"{where}, {Printable(field)}: {reason}. {remedy}";
    }

    internal static string Printable(string text)
    {
        const int Longest = 200;
        string head = text.Length > Longest ? string.Concat(text.AsSpan(0, Longest), "…") : text;
        return string.Concat(head.Select(c => char.IsControl(c) ? $"\\u{(int)c:x4}" : c.ToString()));
    }
}
