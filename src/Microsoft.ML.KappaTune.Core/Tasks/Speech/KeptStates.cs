using Microsoft.ML.KappaTune.Fusion;

namespace Microsoft.ML.KappaTune.Tasks.Speech;

/// <summary>
/// What an encoder that doesn't train makes of a run's rows, computed once, before the first step: in memory up to a bound, and what is
/// beyond it in a temporary file. Batches are decided by the rows alone, so that a run that goes on computes the same bits.
/// </summary>
internal sealed class KeptStates : IDisposable
{
    // Nobody but its user may read it.
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kappatune-");
    private readonly FrameStore _store;

    private KeptStates(long mostBytes) => _store = new(Path.Combine(_folder.FullName, "states"), mostBytes);

    /// <summary>Bytes of them in memory.</summary>
    public long MemoryBytes => _store.MemoryBytes;

    /// <summary>Bytes of them in the file.</summary>
    public long FileBytes => _store.FileBytes;

    /// <summary>Computes them, and has the rows read them until this is disposed.</summary>
    /// <param name="model">The model, as it is in training.</param>
    /// <param name="sets">Rows to train on, and rows to validate on.</param>
    /// <param name="rowsAtOnce">Rows that are computed at once.</param>
    /// <param name="mostBytes">Bytes that stay in memory.</param>
    /// <param name="device">Where the model is.</param>
    /// <param name="report">Hears how many rows are done, and how many there are.</param>
    /// <param name="cancellationToken">Ends it between two batches.</param>
    /// <exception cref="IOException">There is no room for them in the temporary folder.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static KeptStates Create(
        FusedModel model, IReadOnlyList<SpeechRows> sets, int rowsAtOnce, long mostBytes, Device device, Action<int, int> report,
        CancellationToken cancellationToken)
    {
        var kept = new KeptStates(mostBytes);
        try
        {
            using var mode = no_grad();
            int done = 0, all = sets.Sum(rows => rows.Count);
            foreach (SpeechRows rows in sets)
            {
                foreach (int[] batch in Enumerable.Range(0, rows.Count).OrderBy(row => rows.FramesOf(row).Count).Chunk(rowsAtOnce))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    kept.Add(model, rows, batch, device);
                    report(done += batch.Length, all);
                }
            }

            return kept;
        }
        catch
        {
            kept.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Delete(recursive: true);
    }

    private void Add(FusedModel model, SpeechRows rows, int[] batch, Device device)
    {
        using var scope = NewDisposeScope();
        Frames[] frames = [.. batch.Select(rows.FramesOf)];
        Tensor states = model.Encode(FrameBatch.Create(frames, device)).to(ScalarType.Float32, CPU);
        for (int i = 0; i < batch.Length; i++)
        {
            int count = model.FusionConfig.StateCount(frames[i].Count);
            float[] values = states.select(0, i).narrow(0, 0, count).contiguous().data<float>().ToArray();
            rows.Keep(batch[i], _store.Keep(Frames.OfStates(values, model.FusionConfig.EncoderSize)));
        }
    }
}
