namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>The learning rate times a factor at every so many epochs.</summary>
                public class StepLR : LRScheduler
                {
                    private readonly int _stepSize;
                    private readonly double _gamma;

                    /// <summary>A scheduler of an optimizer, which it sets to its first epoch's learning rates.</summary>
                    /// <param name="optimizer">The optimizer.</param>
                    /// <param name="step_size">Epochs between two changes.</param>
                    /// <param name="gamma">The factor.</param>
                    /// <param name="last_epoch">The last epoch done; -1 to begin.</param>
                    /// <param name="verbose">Whether to write each new rate to the console.</param>
                    public StepLR(Optimizer optimizer, int step_size, double gamma = 0.1, int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        (_stepSize, _gamma) = (step_size, gamma);
                        step();
                    }

                    /// <inheritdoc/>
                    protected override IEnumerable<double> get_lr() => Groups.Select(group =>
                        Epoch > 0 && Epoch % _stepSize == 0 ? group.LearningRate * _gamma : group.LearningRate);

                    /// <inheritdoc/>
                    protected override IEnumerable<double> get_closed_form_lr() => BaseRates.Select(rate => rate * Math.Pow(_gamma, Epoch / _stepSize));
                }
            }
        }
    }
}
