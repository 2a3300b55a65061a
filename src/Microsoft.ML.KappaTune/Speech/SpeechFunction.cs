using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Fusion;
using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Rows;

namespace Microsoft.ML.KappaTune.Speech;

/// <summary>Recordings to what is said in them, and how sure that is. Any number of threads may use it.</summary>
internal sealed class SpeechFunction(TunedSpeechModel model) : AheadFunction
{
    public override IReadOnlyList<ColumnSpec> Inputs { get; } = [model.Columns.RecordingColumn];

    public override IReadOnlyList<ColumnSpec> Outputs { get; } = model.Columns.Added;

    public override RowWindow NewWindow(DataViewRow input, IReadOnlyList<DataViewSchema.Column> columns) =>
        new SpeechWindow(this, ReaderOf(input, columns[0]));

    public override Delegate[] CreateGetters(DataViewRow row, DataViewSchema.Column[] inputs)
    {
        RecordingReader reader = ReaderOf(row, inputs[0]);
        var current = new PerRow<Transcript>(row, () =>
        {
            MadeFrames[] made = FramesOf([reader.Read()], row is DataViewRowCursor ? row.Position : null);
            return Transcribe([made[0].Get()])[0];
        });
        return CreateGetters(() => current.Value);
    }

    /// <summary>A getter a column, in the order of <see cref="Outputs"/>.</summary>
    /// <param name="transcript">Gives that of the row as it is when a getter is called.</param>
    public static Delegate[] CreateGetters(Func<Transcript> transcript)
    {
        return
        [
            (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) => value = transcript().Text.AsMemory()),
            Number(its => its.LogLikelihood), Number(its => its.MeanLogLikelihood), Number(its => its.Silence),
        ];

        ValueGetter<float> Number(Func<Transcript, double> part) => (ref float value) => value = (float)part(transcript());
    }

    /// <summary>The frames of recordings, each of which leaves room for a transcript; or that one is too long, or is none.</summary>
    /// <param name="firstRow">The place of the first among all rows, from 0; null where errors name no rows.</param>
    public MadeFrames[] FramesOf(IReadOnlyList<Recording> recordings, long? firstRow)
    {
        using var maker = new FrameMaker(model.Sound);
        MadeFrames[] made = maker.MakeEach(
            recordings, PlaceOf, new() { MaxDegreeOfParallelism = ThreadSetting.CountOf(model.Threads) });
        for (int i = 0; i < made.Length; i++)
        {
            if (made[i].Frames is { } frames && model.FindExcess(frames.Count) is { } excess)
                made[i] = new(null, FrameMaker.Fault(PlaceOf(i), excess, null));
        }

        return made;

        string PlaceOf(int i)
        {
            string column = $"column '{model.Columns.Recording}'";
            return firstRow is { } first ? FormattableString.Invariant($"row {first + i + 1}, ") + column : column;
        }
    }

    /// <inheritdoc cref="TunedSpeechModel.WeightOf"/>
    public long WeightOf(int frames) => model.WeightOf(frames);

    /// <summary>What is said in recordings, all of them at once.</summary>
    public Transcript[] Transcribe(IReadOnlyList<Frames> recordings)
    {
        // Where there is one, many callers may be at it: how many threads each gets is the model's affair.
        if (recordings.Count == 1)
            return model.Transcribe(recordings);
        using var setting = new ThreadSetting(model.Threads);
        return model.Transcribe(recordings);
    }

    private RecordingReader ReaderOf(DataViewRow row, DataViewSchema.Column column) => new(row, column, model.Columns.Input);
}
