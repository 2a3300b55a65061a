using Microsoft.ML.KappaTune.Fusion;
using Microsoft.ML.KappaTune.Rows;
using Microsoft.ML.KappaTune.Tasks.Speech;

namespace Microsoft.ML.KappaTune.Speech;

/// <summary>Recordings and transcripts of a data set, read once; of the recordings only their frames are kept, each made once.</summary>
internal static class SpeechData
{
    // Recordings whose sound is in memory at once.
    private const int RowsAtOnce = 64;

    /// <param name="dataName">What errors call the data.</param>
    /// <param name="maker">Makes frames of recordings.</param>
    /// <param name="store">Keeps them.</param>
    /// <param name="parallel">On how many threads, and when to stop.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column isn't there, or has another type.</exception>
    /// <exception cref="InvalidOperationException">There are no rows.</exception>
    /// <exception cref="FormatException">A recording isn't one, or its file can't be read.</exception>
    /// <exception cref="IOException">There is no room for the frames.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static List<SpeechExample> Read(
        IDataView data, string dataName, SpeechColumns columns, FrameMaker maker, FrameStore store, ParallelOptions parallel)
    {
        DataViewSchema.Column recording = columns.RecordingColumn.Find(data.Schema), label = columns.LabelColumn.Find(data.Schema);
        var examples = new List<SpeechExample>();
        using DataViewRowCursor cursor = data.GetRowCursor([recording, label]);
        var recordings = new RecordingReader(cursor, recording, columns.Input);
        var transcripts = new TextColumns(cursor, [label]);
        var rows = new List<(Recording Recording, string Transcript)>();
        do
        {
            rows.Clear();
            while (rows.Count < RowsAtOnce && cursor.MoveNext())
                rows.Add((recordings.Read(), transcripts.Read().Text));
            Frames[] frames = maker.MakeAll(
                [.. rows.Select(row => row.Recording)],
                i => FormattableString.Invariant($"row {examples.Count + i + 1} of the {dataName}, column '{columns.Recording}'"),
                parallel);
            examples.AddRange(rows.Zip(frames, (row, its) => new SpeechExample(store.Keep(its), row.Transcript)));
        }
        while (rows.Count == RowsAtOnce);
        return examples.Count > 0 ? examples : throw new InvalidOperationException($"The {dataName} has no rows.");
    }
}
