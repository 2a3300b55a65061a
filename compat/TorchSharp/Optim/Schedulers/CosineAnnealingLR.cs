namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>From the initial learning rate down to the least along half a period of a cosine.</summary>
                public class CosineAnnealingLR : LRScheduler
                {
                    private readonly double _period, _least;

                    /// <summary>A scheduler of an optimizer, which it sets to its first epoch's learning rates.</summary>
                    /// <param name="optimizer">The optimizer.</param>
                    /// <param name="T_max">Epochs until the least.</param>
                    /// <param name="eta_min">The least learning rate.</param>
                    /// <param name="last_epoch">The last epoch done; -1 to begin.</param>
                    /// <param name="verbose">Whether to write each new rate to the console.</param>
                    public CosineAnnealingLR(Optimizer optimizer, double T_max, double eta_min = 0, int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        (_period, _least) = (T_max, eta_min);
                        step();
                    }

                    /// <inheritdoc/>
                    protected override IEnumerable<double> get_lr() => get_closed_form_lr();

                    /// <inheritdoc/>
                    protected override IEnumerable<double> get_closed_form_lr() => BaseRates.Select(rate => _least + (rate - _least) * (1 + Math.Cos(Math.PI * Epoch / _period)) / 2);
                }
            }
        }
    }
}
