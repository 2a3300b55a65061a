namespace Microsoft.ML.Calibrators;

/// <summary>A model and the calibrator of its scores.</summary>
/// <typeparam name="TSubModel">The model.</typeparam>
/// <typeparam name="TCalibrator">The calibrator.</typeparam>
public abstract class CalibratedModelParametersBase<TSubModel, TCalibrator> : CalibratedModelParametersBase
    where TSubModel : class
    where TCalibrator : class, ICalibrator
{
    private protected CalibratedModelParametersBase(TSubModel subModel, TCalibrator calibrator) : base(subModel, calibrator)
    {
        SubModel = subModel;
        Calibrator = calibrator;
    }

    /// <summary>The model that scores.</summary>
    public new TSubModel SubModel { get; }

    /// <summary>What turns its scores into probabilities.</summary>
    public new TCalibrator Calibrator { get; }
}
