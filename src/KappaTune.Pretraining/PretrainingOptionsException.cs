namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>An options file can't be used: the message names file and field, the reason and what to do.</summary>
internal sealed class PretrainingOptionsException(string file, string? field, string reason, string remedy, Exception? cause = null)
    : FormatException(field is null ? $"{file}: {reason}. {remedy}" : $"{file}, {field}: {reason}. {remedy}", cause)
{
    public string File { get; } = file;

    /// <summary>The field; null where it is about the whole file.</summary>
    public string? Field { get; } = field;
}
