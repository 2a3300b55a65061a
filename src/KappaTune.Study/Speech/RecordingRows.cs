using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Fusion;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Persistence;
using Microsoft.ML.KappaTune.Speech;
using Microsoft.ML.KappaTune.Tasks.Speech;

namespace Microsoft.ML.KappaTune.Study;

/// <summary>
/// A task's recordings as frames, which are made once for all runs of a process, and what is said in them. Frames for which there is no
/// room in memory are in a temporary file until this is disposed.
/// </summary>
internal sealed class RecordingRows : IDisposable
{
    // Recordings whose sound is in memory at once.
    private const int RowsAtOnce = 64;

    private readonly SpoolFolder _spool = new();
    private readonly FrameStore _store;
    private readonly Lazy<string> _hash;

    private RecordingRows(ComparedSpeech how)
    {
        How = how;
        _store = new(_spool.File("frames"), FrameStore.DefaultBytes);
        _hash = new(() => SpeechIdentity.HashOf(Train));
    }

    public ComparedSpeech How { get; }

    public IReadOnlyList<SpeechExample> Train { get; private set; } = [];

    public IReadOnlyList<SpeechExample> Test { get; private set; } = [];

    /// <param name="train">Paths of WAV files, as texts, and what is said in them, as labels.</param>
    /// <param name="test">The same to measure on.</param>
    /// <exception cref="ArgumentException">An option isn't allowed.</exception>
    /// <exception cref="FormatException">A file isn't a recording.</exception>
    /// <exception cref="IOException">There is no room for the frames in the temporary folder.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static RecordingRows Read(
        ComparedSpeech how, IReadOnlyList<TaskRow> train, IReadOnlyList<TaskRow> test, CancellationToken cancellationToken)
    {
        how.Check();
        using var maker = new FrameMaker(new(SpeechInput.Path, how.Sound, null, how.Sound.Bands));
        var parallel = new ParallelOptions
        {
            MaxDegreeOfParallelism = ThreadSetting.CountOf(0),
            CancellationToken = cancellationToken,
        };
        var rows = new RecordingRows(how);
        try
        {
            rows.Train = Heard(train, "training rows");
            rows.Test = Heard(test, "test rows");
            return rows;
        }
        catch
        {
            rows.Dispose();
            throw;
        }

        SpeechExample[] Heard(IReadOnlyList<TaskRow> all, string what) =>
        [
            .. all.Index().Chunk(RowsAtOnce).SelectMany(some => maker
                .MakeAll([.. some.Select(row => new Recording(row.Item.Text, []))], i => $"row {some[i].Index + 1} of the {what}", parallel)
                .Zip(some, (frames, row) => new SpeechExample(rows._store.Keep(frames), row.Item.Label))),
        ];
    }

    /// <summary>Tells tasks apart by what is heard, what is to be written, and by what hears it.</summary>
    public string Fingerprint() => Hash(
        _hash.Value, SpeechIdentity.HashOf(Test), $"{How.EncoderEpochs}", JsonSerializer.Serialize(How.Fusion));

    /// <summary>A name for the encoder that learns alone, of what decides it.</summary>
    public string EncoderKey(CellIdentity its) => Hash(
        _hash.Value, $"{How.EncoderEpochs}", JsonSerializer.Serialize(How.Fusion), $"{its.Seed}", $"{its.BatchSize}",
        its.Device, $"{its.Threads}").ToLowerInvariant();

    /// <summary>The model that runs begin with, to ask for its parameters.</summary>
    /// <exception cref="FormatException">The base hears already, or has another architecture.</exception>
    public FusedModel NewModel(Checkpoint checkpoint)
    {
        if (FusionFiles.AreOf(checkpoint))
        {
            throw new FormatException(
                $"{checkpoint.Path} has an encoder of frames already, so that not all runs would begin alike. Name the model without one.");
        }

        DecoderConfig config = DecoderConfig.Read(checkpoint);
        return FusedModel.Create(checkpoint, config, FusionConfig.Create(How.Fusion, How.Sound.Bands, config.HiddenSize), seed: 0);
    }

    public void Dispose()
    {
        _store.Dispose();
        _spool.Dispose();
    }

    private static string Hash(params string[] parts) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))).AsSpan(0, 16));
}
