namespace Microsoft.ML.KappaTune.Speech;

/// <summary>A recording as a row has it.</summary>
/// <param name="Path">Its file; null where it is given as values.</param>
/// <param name="Values">Samples, or frame after frame; empty where it is a file.</param>
internal readonly record struct Recording(string? Path, float[] Values);

/// <summary>Reads the recording of a row; what is missing has no values, or an empty path.</summary>
internal sealed class RecordingReader
{
    private readonly ValueGetter<ReadOnlyMemory<char>>? _path;
    private readonly ValueGetter<VBuffer<float>>? _values;

    /// <param name="row">The row, or a cursor.</param>
    /// <param name="column">A column of text or of vectors, as <paramref name="input"/> says.</param>
    public RecordingReader(DataViewRow row, DataViewSchema.Column column, SpeechInput input)
    {
        if (input == SpeechInput.Path)
            _path = row.GetGetter<ReadOnlyMemory<char>>(column);
        else
            _values = row.GetGetter<VBuffer<float>>(column);
    }

    public Recording Read()
    {
        if (_path is not null)
        {
            ReadOnlyMemory<char> path = default;
            _path(ref path);
            return new(path.ToString(), []);
        }

        VBuffer<float> values = default;
        _values!(ref values);
        return new(null, [.. values.DenseValues()]);
    }
}
