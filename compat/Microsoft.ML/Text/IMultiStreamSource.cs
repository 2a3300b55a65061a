namespace Microsoft.ML.Data;

/// <summary>One or several files or streams that are read one after another.</summary>
public interface IMultiStreamSource
{
    /// <summary>How many there are.</summary>
    int Count { get; }

    /// <summary>The path of one, or null where it has none.</summary>
    string GetPathOrNull(int index);

    /// <summary>Opens one.</summary>
    Stream Open(int index);

    /// <summary>Opens one as text.</summary>
    TextReader OpenTextReader(int index);
}
