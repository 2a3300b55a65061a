using Microsoft.ML.Calibrators;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using CalibratedTrees = Microsoft.ML.Calibrators.CalibratedModelParametersBase<
    Microsoft.ML.Trainers.FastTree.FastTreeBinaryModelParameters, Microsoft.ML.Calibrators.PlattCalibrator>;

namespace Microsoft.ML.Trainers.FastTree;

/// <summary>
/// Trains boosted decision trees for two classes on the logistic loss. Missing features (NaN) are fine: a test sends them right.
/// The result depends on options and data alone, not on the number of threads.
/// </summary>
public sealed class FastTreeBinaryTrainer
    : BoostingFastTreeTrainerBase<FastTreeBinaryTrainer.Options, BinaryPredictionTransformer<CalibratedTrees>, CalibratedTrees>
{
    internal FastTreeBinaryTrainer(IHostEnvironment env, Options options)
        : base(env.Register("FastTreeBinary"), options, BooleanDataViewType.Instance)
    {
    }

    private protected override BinaryPredictionTransformer<CalibratedTrees> Train(IDataView input)
    {
        DataViewSchema.Column feature = input.Schema[FeatureColumn.Name];
        var rows = TrainingRows<bool>.Read(
            Host, input, feature.Name, LabelColumn.Name, WeightColumn.IsValid ? WeightColumn.Name : null, keepMissing: true, LabelGetter);
        float[][] features = [.. rows.Features.Select(row => row.IsDense ? row.RawValues! : row.DenseValues().ToArray())];

        var booster = new LogisticBooster(TrainerOptions);
        using IChannel channel = Host.Start("Training");
        using IProgressChannel progress = Host.StartProgressChannel("FastTree training");
        progress.SetHeader(new ProgressHeader(["Loss"], ["trees"]), _ => { });
        DecisionTree[] trees = booster.Train(features, [.. rows.Labels], [.. rows.Weights], (grown, loss) =>
        {
            progress.Checkpoint(loss, grown);
            channel.Trace(MessageSensitivity.None, $"Tree {grown}: loss before it {loss:G6}");
        });

        var model = new FastTreeBinaryModelParameters(trees, feature.Type.GetVectorSize());
        return new(Host, new CalibratedFastTree(model, new PlattCalibrator(-booster.Sigmoid, 0)), feature.Name, feature.Type);
    }

    private protected override SchemaShape.Column[] GetOutputColumns(SchemaShape.Column label)
    {
        var annotations = new SchemaShape(AnnotationUtils.GetTrainerOutputAnnotation());
        return
        [
            new("Score", SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.Single, false, annotations),
            new("Probability", SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.Single, false,
                new SchemaShape(AnnotationUtils.GetTrainerOutputAnnotation(true))),
            new("PredictedLabel", SchemaShape.Column.VectorKind.Scalar, BooleanDataViewType.Instance, false, annotations),
        ];
    }

    private static Func<(bool, bool)> LabelGetter(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<bool> getter = row.GetGetter<bool>(column);
        return () =>
        {
            bool value = false;
            getter(ref value);
            return (true, value);
        };
    }

    /// <summary>Options of <see cref="FastTreeBinaryTrainer"/>.</summary>
    public sealed class Options : BoostedTreeOptions
    {
        /// <summary>Options with their defaults.</summary>
        public Options()
        {
        }
    }
}
