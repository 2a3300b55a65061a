using TorchSharp;

namespace Microsoft.ML.KappaTune.Training;

/// <summary>Where a run is, and all it knows of what was before: with the weights and the optimizer, what it needs to go on.</summary>
internal sealed class TuningState : IDisposable
{
    /// <summary>The epoch it is in, from 1.</summary>
    public int Epoch { get; set; } = 1;

    /// <summary>Optimizer steps done, in all epochs.</summary>
    public int Step { get; set; }

    /// <summary>Optimizer steps done in this epoch.</summary>
    public int StepInEpoch { get; set; }

    /// <summary>Rows trained in this epoch, and the sum of their losses.</summary>
    public int EpochRows { get; set; }

    /// <inheritdoc cref="EpochRows"/>
    public double EpochLoss { get; set; }

    /// <summary>Time spent on this epoch.</summary>
    public TimeSpan EpochTime { get; set; }

    /// <summary>Time spent on all epochs.</summary>
    public TimeSpan Time { get; set; }

    public List<StepLoss> Losses { get; init; } = [];

    public List<EpochReport> Epochs { get; init; } = [];

    /// <summary>The epoch whose weights <see cref="Kept"/> are; 0 before the first has ended.</summary>
    public int BestEpoch { get; set; }

    /// <summary>What early stopping watches, in that epoch, as a number that is better if higher.</summary>
    public double BestValue { get; set; } = double.NegativeInfinity;

    /// <summary>Copies of everything that trained, as it was at the end of <see cref="BestEpoch"/>; null where they aren't kept.</summary>
    public IReadOnlyList<torch.Tensor>? Kept { get; set; }

    /// <summary>Why training ended; null while it goes on.</summary>
    public TuningStop? Stop { get; set; }

    /// <summary>Rows whose lower part's output is kept; null before that was decided.</summary>
    public int? CachedTrainingRows { get; set; }

    /// <inheritdoc cref="CachedTrainingRows"/>
    public int? CachedValidationRows { get; set; }

    public void AddStep(double loss, double learningRate, int rows)
    {
        Step++;
        StepInEpoch++;
        EpochRows += rows;
        EpochLoss += loss * rows;
        Losses.Add(new(Step, loss, learningRate));
    }

    /// <summary>Closes the epoch; says whether it is the best so far.</summary>
    public bool AddEpoch(ValidationResult? validation, EarlyStopping? early, TimeSpan training)
    {
        Epochs.Add(new(Epoch, EpochLoss / EpochRows, validation, EpochRows / training.TotalSeconds, EpochTime));
        double value = validation is null || early is null ? Epoch : early.Metric switch
        {
            ValidationMetric.Loss => -validation.Loss,
            ValidationMetric.MicroAccuracy => validation.MicroAccuracy,
            _ => validation.MacroAccuracy,
        };
        bool isBest = BestEpoch == 0 || value > BestValue;
        if (isBest)
            (BestEpoch, BestValue) = (Epoch, value);
        else if (Epoch - BestEpoch >= early!.Patience)
            Stop = TuningStop.StoppedEarly;
        Epoch++;
        (StepInEpoch, EpochRows, EpochLoss, EpochTime) = (0, 0, 0, TimeSpan.Zero);
        return isBest;
    }

    public void Keep(IReadOnlyList<torch.Tensor> weights)
    {
        Dispose();
        Kept = weights;
    }

    public void Dispose()
    {
        foreach (torch.Tensor tensor in Kept ?? [])
            tensor.Dispose();
        Kept = null;
    }
}
