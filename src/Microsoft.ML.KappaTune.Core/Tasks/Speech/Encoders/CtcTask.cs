using Microsoft.ML.KappaTune.Fusion;
using Microsoft.ML.KappaTune.Training;
using Microsoft.ML.KappaTune.Training.Runs;

namespace Microsoft.ML.KappaTune.Tasks.Speech;

/// <summary>What an encoder does on rows.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Loss">The mean loss of a character.</param>
/// <param name="Heard">What it hears in the first row.</param>
/// <param name="Errors">The errors of what it hears in all rows.</param>
internal sealed record CtcMeasurement(int Step, double Loss, string Heard, TranscriptErrors Errors);

/// <summary>An encoder learns which characters are said, from recordings of like length together.</summary>
/// <param name="measured">Rows to measure on; null for none.</param>
internal sealed class CtcTask(
    EncoderRequest request, CtcEncoder encoder, CtcAlphabet alphabet, CtcRows train, CtcRows? measured, Device device)
    : ITrainingTask<RowBatch, CtcMeasurement>
{
    private readonly int _rowsPerStep = Math.Min(request.BatchSize, train.Count);
    private int[][] _order = [];
    private int _epoch;

    public int StepsPerEpoch => (train.Count + _rowsPerStep - 1) / _rowsPerStep;

    public StepBatches<RowBatch> BatchesOf(int step)
    {
        int epoch = step / StepsPerEpoch + 1;
        if (epoch != _epoch)
            (_order, _epoch) = (BatchOrder.Steps(train.Lengths, _rowsPerStep, request.Seed, epoch), epoch);
        int[] rows = _order[step % StepsPerEpoch];
        int counted = rows.Sum(train.CountedIn);
        return new([new RowBatch(rows, counted)], counted);
    }

    public double Backward(RowBatch batch)
    {
        Tensor logs = encoder.Predict(train.Batch(batch.Rows, device));
        Tensor loss = train.Loss(logs, batch.Rows, encoder.FusionConfig).Times(1.0 / batch.CountedInStep);
        loss.backward();
        return loss.item<float>();
    }

    public CtcMeasurement? Measure(int step, CancellationToken cancellationToken)
    {
        if (measured is null)
            return null;
        using var mode = no_grad();
        double loss = 0;
        string[] heard = new string[measured.Count];
        foreach (int[] rows in Enumerable.Range(0, measured.Count).OrderBy(row => measured.Lengths[row]).Chunk(request.BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            Tensor logs = encoder.Predict(measured.Batch(rows, device));
            loss += measured.Loss(logs, rows, encoder.FusionConfig).item<float>();
            Hear(logs, rows, measured, heard);
        }

        return new(
            step, loss / Enumerable.Range(0, measured.Count).Sum(measured.CountedIn), heard[0],
            TranscriptErrors.Sum(heard.Select((text, row) => TranscriptErrors.Of(measured.TranscriptOf(row), text))));
    }

    /// <summary>What the encoder hears in some rows: the likeliest class of each state.</summary>
    private void Hear(Tensor logs, int[] batch, CtcRows rows, string[] heard)
    {
        int[][] classes = [.. logs.argmax(-1).to(CPU).data<long>().ToArray().Select(number => (int)number).Chunk((int)logs.shape[1])];
        for (int i = 0; i < batch.Length; i++)
            heard[batch[i]] = alphabet.Decode(classes[i].Take(encoder.FusionConfig.StateCount(rows.Lengths[batch[i]])));
    }
}
