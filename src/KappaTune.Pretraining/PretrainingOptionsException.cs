namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>An options file can't be used: the message names file and field, the reason and what to do.</summary>
public sealed class PretrainingOptionsException(string file, string? field, string reason, string remedy, Exception? cause = null)
    : FormatException(field is null ? $"{file}: {reason}. {remedy}" : $"{file}, {field}: {reason}. {remedy}", cause)
{
    /// <summary>The first of several faults, whose message tells the others as well.</summary>
    public static PretrainingOptionsException Join(IReadOnlyList<PretrainingOptionsException> faults) => faults.Count == 1
        ? faults[0]
        : new(faults[0].File, faults[0].Field, faults[0].Reason,
            string.Join(' ', [faults[0].Remedy, .. faults.Skip(1).Select(e => e.Message)]));

    public string File { get; } = file;

    private string Reason { get; } = reason;

    private string Remedy { get; } = remedy;

    /// <summary>The field; null where it is about the whole file.</summary>
    public string? Field { get; } = field;
}
