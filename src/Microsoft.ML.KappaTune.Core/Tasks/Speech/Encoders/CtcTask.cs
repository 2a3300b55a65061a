using Microsoft.ML.KappaTune.Fusion;
using Microsoft.ML.KappaTune.Training;
using Microsoft.ML.KappaTune.Training.Runs;

namespace Microsoft.ML.KappaTune.Tasks.Speech;

/// <summary>What an encoder does on rows.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Loss">The mean loss of a character.</param>
/// <param name="Heard">What it hears in the first row.</param>
internal sealed record CtcMeasurement(int Step, double Loss, string Heard);

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
        foreach (int[] rows in Enumerable.Range(0, measured.Count).OrderBy(row => measured.Lengths[row]).Chunk(request.BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            loss += measured.Loss(encoder.Predict(measured.Batch(rows, device)), rows, encoder.FusionConfig).item<float>();
        }

        return new(step, loss / Enumerable.Range(0, measured.Count).Sum(measured.CountedIn), Hear(measured));
    }

    /// <summary>What the encoder hears in the first of some rows.</summary>
    private string Hear(CtcRows rows)
    {
        using var scope = NewDisposeScope();
        Tensor classes = encoder.Predict(rows.Batch([0], device)).argmax(-1);
        return alphabet.Decode(classes.flatten().to(CPU).data<long>().ToArray().Select(number => (int)number));
    }
}
