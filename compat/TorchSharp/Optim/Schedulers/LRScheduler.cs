namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        /// <summary>Schedulers, which change the learning rates of an optimizer's groups from epoch to epoch.</summary>
        public static partial class lr_scheduler
        {
            /// <summary>
            /// Sets the learning rates of an optimizer's groups: to the first epoch's when it is made, to the next epoch's with
            /// each <see cref="step()"/>. What an epoch is, its user decides.
            /// </summary>
            public abstract class LRScheduler
            {
                private protected readonly ILearningRateController[] Groups;
                private protected readonly double[] BaseRates;
                private readonly bool _verbose;
                private double[] _lastRates;

                /// <summary>How many times the rates were set.</summary>
                protected int _step_count;

                /// <summary>A scheduler of an optimizer.</summary>
                /// <param name="optimizer">The optimizer.</param>
                /// <param name="last_epoch">The last epoch done; -1 to begin, with the learning rates that the groups have.</param>
                /// <param name="verbose">Whether to write each new rate to the console.</param>
                protected LRScheduler(Optimizer optimizer, int last_epoch = -1, bool verbose = false)
                {
                    Groups = [.. optimizer.ParamGroups];
                    if (last_epoch == -1)
                        foreach (ILearningRateController group in Groups)
                            group.InitialLearningRate = group.LearningRate;
                    BaseRates = [.. Groups.Select(group => group.InitialLearningRate)];
                    _lastRates = [.. Groups.Select(group => group.LearningRate)];
                    Epoch = last_epoch;
                    _verbose = verbose;
                }

                private protected int Epoch { get; private set; }

                /// <summary>The learning rates of the groups that this scheduler set last.</summary>
                public IEnumerable<double> get_last_lr() => _lastRates;

                /// <summary>Sets the next epoch's learning rates.</summary>
                public virtual void step() => Set(Epoch + 1, get_lr);

                /// <summary>Sets the learning rates of an epoch; the next one's where null.</summary>
                public virtual void step(int? epoch)
                {
                    if (epoch is null)
                        step();
                    else
                        Set(epoch.Value, get_closed_form_lr);
                }

                /// <summary>Sets the learning rates of an epoch; what was measured doesn't matter to this scheduler.</summary>
                public virtual void step(double current, int? epoch = null) => step(epoch);

                /// <summary>The learning rates of the epoch, from those of the epoch before.</summary>
                protected virtual IEnumerable<double> get_lr() => _lastRates;

                /// <summary>The learning rates of the epoch, from those of the first one.</summary>
                protected virtual IEnumerable<double> get_closed_form_lr() => get_lr();

                private void Set(int epoch, Func<IEnumerable<double>> rates)
                {
                    _step_count++;
                    Epoch = epoch;
                    _lastRates = [.. rates()];
                    for (int i = 0; i < Groups.Length; i++)
                    {
                        Groups[i].LearningRate = _lastRates[i];
                        if (_verbose)
                            Console.WriteLine($"Epoch {epoch}: learning rate of group {i} is {_lastRates[i]:E4}.");
                    }
                }
            }
        }
    }
}
