using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Trainers;

/// <summary>
/// Trains a multinomial logistic regression: minimizes the sum of the rows' log-losses plus L1 and L2 penalties on the weights,
/// biases going free. Rows with a missing label or a feature that isn't finite are left out. The result doesn't depend on the number of
/// threads.
/// </summary>
public sealed class LbfgsMaximumEntropyMulticlassTrainer
    : LbfgsTrainerBase<LbfgsMaximumEntropyMulticlassTrainer.Options, MulticlassPredictionTransformer<MaximumEntropyModelParameters>,
        MaximumEntropyModelParameters>
{
    internal LbfgsMaximumEntropyMulticlassTrainer(IHostEnvironment env, Options options)
        : base(env.Register("LbfgsMaximumEntropy"), options, NumberDataViewType.UInt32, isKey: true)
    {
    }

    /// <summary>Trains on, from the weights of a former model.</summary>
    public MulticlassPredictionTransformer<MaximumEntropyModelParameters> Fit(
        IDataView trainData, MaximumEntropyModelParameters modelParameters)
    {
        CheckInputSchema(trainData);
        return Train(trainData, modelParameters);
    }

    private protected override MulticlassPredictionTransformer<MaximumEntropyModelParameters> Train(IDataView input) => Train(input, null);

    private protected override SchemaShape.Column[] GetOutputColumns(SchemaShape.Column label)
    {
        IEnumerable<SchemaShape.Column> keyValues =
            label.Annotations.Where(annotation => annotation.Name == AnnotationUtils.Kinds.KeyValues);
        return
        [
            new("PredictedLabel", SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.UInt32, true,
                new SchemaShape([.. keyValues, .. AnnotationUtils.GetTrainerOutputAnnotation()])),
            new("Score", SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, false,
                new SchemaShape(AnnotationUtils.AnnotationsForMulticlassScoreColumn(label))),
        ];
    }

    private MulticlassPredictionTransformer<MaximumEntropyModelParameters> Train(IDataView input, MaximumEntropyModelParameters? start)
    {
        DataViewSchema.Column label = input.Schema[LabelColumn.Name], feature = input.Schema[FeatureColumn.Name];
        int classes = checked((int)label.Type.GetKeyCount()), features = feature.Type.GetVectorSize();
        var rows = TrainingRows<int>.Read(
            Host, input, feature.Name, label.Name, WeightColumn.IsValid ? WeightColumn.Name : null, keepMissing: false,
            LabelGetter(classes));

        var objective =
            new MaximumEntropyObjective(rows, classes, features, TrainerOptions.L2Regularization, TrainerOptions.NumberOfThreads);
        double[] x = start?.ToParameters(classes, features) ?? Start(objective.ParameterCount, classes);
        using (IChannel channel = Host.Start("Training"))
        using (IProgressChannel progress = Host.StartProgressChannel("LbfgsMaximumEntropy"))
        {
            progress.SetHeader(new ProgressHeader(["Loss"], ["iterations"]), _ => { });
            new LbfgsMinimizer
            {
                Free = classes,
                L1 = TrainerOptions.L1Regularization / (double)rows.Count,
                NonNegative = TrainerOptions.EnforceNonNegativity,
                HistorySize = TrainerOptions.HistorySize,
                Tolerance = TrainerOptions.OptimizationTolerance,
                MaximumIterations = TrainerOptions.MaximumNumberOfIterations,
                Stepped = (iteration, loss) =>
                {
                    progress.Checkpoint(loss, iteration);
                    if (!TrainerOptions.Quiet)
                        channel.Trace(MessageSensitivity.None, $"Iteration {iteration}: loss {loss:G6}");
                },
            }.Minimize(objective.Evaluate, x);
        }

        return new(Host, MaximumEntropyModelParameters.FromParameters(x, classes), feature.Name, feature.Type, LabelValues.From(label));
    }

    private double[] Start(int parameters, int classes)
    {
        var x = new double[parameters];
        for (int i = classes; i < x.Length && TrainerOptions.InitialWeightsDiameter > 0; i++)
            x[i] = TrainerOptions.InitialWeightsDiameter * (Host.Rand.NextDouble() - 0.5);
        return x;
    }

    private static Func<DataViewRow, DataViewSchema.Column, Func<(bool, int)>> LabelGetter(int classes) => (row, column) =>
    {
        ValueGetter<uint> getter = row.GetGetter<uint>(column);
        return () =>
        {
            uint key = 0;
            getter(ref key);
            return (key > 0 && key <= classes, (int)key - 1);
        };
    };

    /// <summary>Options of <see cref="LbfgsMaximumEntropyMulticlassTrainer"/>.</summary>
    public sealed class Options : OptionsBase
    {
        /// <summary>Options with their defaults.</summary>
        public Options()
        {
        }
    }
}
