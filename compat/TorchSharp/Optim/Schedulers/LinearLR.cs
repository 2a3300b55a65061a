namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>The initial learning rate times a factor that goes straight from one number to another.</summary>
                public class LinearLR : LRScheduler
                {
                    private readonly double _start, _end;
                    private readonly int _epochs;

                    /// <summary>A scheduler of an optimizer, which it sets to its first epoch's learning rates.</summary>
                    /// <param name="optimizer">The optimizer.</param>
                    /// <param name="start_factor">The first epoch's factor.</param>
                    /// <param name="end_factor">The last factor.</param>
                    /// <param name="total_iters">Epochs until the last factor.</param>
                    /// <param name="last_epoch">The last epoch done; -1 to begin.</param>
                    /// <param name="verbose">Whether to write each new rate to the console.</param>
                    public LinearLR(Optimizer optimizer, double start_factor = 1.0 / 3, double end_factor = 1, int total_iters = 5, int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        (_start, _end, _epochs) = (start_factor, end_factor, total_iters);
                        step();
                    }

                    /// <inheritdoc/>
                    protected override IEnumerable<double> get_lr() => get_closed_form_lr();

                    /// <inheritdoc/>
                    protected override IEnumerable<double> get_closed_form_lr() => BaseRates.Select(rate => rate * (_start + (_end - _start) * Math.Min(_epochs, Epoch) / _epochs));
                }
            }
        }
    }
}
