using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Rows;

namespace Microsoft.ML.KappaTune.Speech;

/// <summary>
/// Recordings of rows that a cursor has read ahead, and what is said in them: found in batches of like length, a batch when the first of
/// its rows is asked for. What is wrong with one is said when its row is.
/// </summary>
internal sealed class SpeechWindow(SpeechFunction function, RecordingReader reader) : RowWindow
{
    // Rows of a batch, at most, and their weight with padding: some minutes of sound, or half of one where each sample is a frame.
    private const int MaximumRows = 16, MaximumWeight = 16_384;

    private readonly List<Recording> _recordings = [];
    private readonly List<int[]> _batches = [];
    private MadeFrames[]? _frames;
    private int[] _batchOf = [];
    private Transcript?[] _transcripts = [];
    private long _firstRow;

    /// <remarks>The sound of all of them may be in memory.</remarks>
    public override int Largest => 32;

    public override void Clear(long firstRow)
    {
        _firstRow = firstRow;
        _recordings.Clear();
        _batches.Clear();
        _frames = null;
    }

    public override void Add() => _recordings.Add(reader.Read());

    public override Delegate[] CreateGetters(DataViewRowCursor cursor, Func<int> slot) =>
        SpeechFunction.CreateGetters(() => TranscriptOf(slot()));

    public override void End(long rows)
    {
    }

    private Transcript TranscriptOf(int row)
    {
        if (_frames is null)
            MakeBatches(_frames = function.FramesOf(_recordings, _firstRow));
        if (_frames[row].Fault is { } fault)
            throw fault;
        return _transcripts[row] ?? Transcribe(_frames, row);
    }

    private Transcript Transcribe(MadeFrames[] frames, int row)
    {
        int[] batch = _batches[_batchOf[row]];
        Transcript[] found = function.Transcribe([.. batch.Select(i => frames[i].Get())]);
        for (int i = 0; i < batch.Length; i++)
            _transcripts[batch[i]] = found[i];
        return _transcripts[row]!;
    }

    private void MakeBatches(MadeFrames[] frames)
    {
        _transcripts = new Transcript?[frames.Length];
        _batchOf = new int[frames.Length];
        int[] byLength =
        [
            .. Enumerable.Range(0, frames.Length).Where(row => frames[row].Fault is null)
                .OrderByDescending(row => frames[row].Frames!.Count),
        ];
        for (int begin = 0; begin < byLength.Length;)
        {
            long longest = Math.Max(1, function.WeightOf(frames[byLength[begin]].Frames!.Count));
            int[] rows = byLength[begin..Math.Min(byLength.Length, begin + (int)Math.Clamp(MaximumWeight / longest, 1, MaximumRows))];
            foreach (int row in rows)
                _batchOf[row] = _batches.Count;
            _batches.Add(rows);
            begin += rows.Length;
        }
    }
}
