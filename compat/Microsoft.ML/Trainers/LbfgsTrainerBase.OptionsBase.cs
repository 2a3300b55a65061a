namespace Microsoft.ML.Trainers;

public abstract partial class LbfgsTrainerBase<TOptions, TTransformer, TModel>
{
    /// <summary>Options of a trainer by limited-memory BFGS.</summary>
    public abstract class OptionsBase : TrainerInputBaseWithWeight
    {
        /// <summary>Options with their defaults.</summary>
        protected OptionsBase()
        {
        }

        /// <summary>Penalty on the sum of the weights' absolute values, which makes weights zero. Default 1; 0 or more.</summary>
        public float L1Regularization = 1;

        /// <summary>Penalty on half the sum of the weights' squares. Default 1; 0 or more.</summary>
        public float L2Regularization = 1;

        /// <summary>Training stops when the relative improvement a step falls below this. Default 1e-7; more than 0.</summary>
        public float OptimizationTolerance = 1e-7f;

        /// <summary>How many steps the estimate of the curvature remembers. Default 20; 1 or more.</summary>
        public int HistorySize = 20;

        /// <summary>The most steps. Default int.MaxValue; 1 or more.</summary>
        public int MaximumNumberOfIterations = int.MaxValue;

        /// <summary>Weights start at random within this width around 0. Default 0: all start at 0.</summary>
        public float InitialWeightsDiameter;

        /// <summary>Whether weights (not biases) must not be negative. Default false.</summary>
        public bool EnforceNonNegativity;

        /// <summary>Whether to leave out the messages about progress. Default false.</summary>
        public bool Quiet;

        /// <summary>The most threads. Default null: as many as there are cores. The result is the same for any number.</summary>
        public int? NumberOfThreads;
    }
}
