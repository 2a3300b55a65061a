using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        /// <summary>
        /// Changes parameters, in groups that each have their own options, by their gradients. Owns its state, not the
        /// parameters. Not thread-safe.
        /// </summary>
        public abstract class Optimizer : IDisposable
        {
            /// <summary>The groups, in the order they were added.</summary>
            protected IList<ParamGroup> _parameter_groups = [];

            private protected Optimizer()
            {
            }

            /// <summary>The groups, to read and set their learning rates.</summary>
            public IEnumerable<ILearningRateController> ParamGroups => _parameter_groups;

            /// <summary>The parameters of all groups.</summary>
            public virtual IEnumerable<Parameter> parameters() => _parameter_groups.SelectMany(group => group.Parameters);

            /// <summary>Adds a group; options that it leaves open are the optimizer's.</summary>
            public virtual void add_param_group(ParamGroup param_group) => _parameter_groups.Add(param_group);

            /// <summary>Sets the gradients of all parameters to zero; a module's method of this name can remove them, which is faster.</summary>
            public virtual void zero_grad() => Gradients.Zero(parameters(), set_to_none: false);

            /// <summary>Changes every parameter that has a gradient, after calling <paramref name="closure"/> if given.</summary>
            /// <param name="closure">Computes the gradients, and gives the loss.</param>
            /// <returns>The closure's loss, or null.</returns>
            public virtual Tensor? step(Func<Tensor>? closure = null) => closure?.Invoke();

            /// <summary>Frees the state.</summary>
            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            /// <summary>Frees the state.</summary>
            protected virtual void Dispose(bool disposing)
            {
            }

            /// <summary>An optimizer's options and state: the objects themselves, not copies.</summary>
            public class StateDictionary
            {
                internal StateDictionary()
                {
                }

                /// <summary>The options of each group.</summary>
                public List<OptimizerOptions> Options { get; } = [];

                /// <summary>The state of each parameter.</summary>
                public List<OptimizerState> State { get; } = [];

                /// <summary>For each group, the positions in <see cref="State"/> of its parameters' state.</summary>
                public List<List<int>> StateIndexRef { get; } = [];
            }
        }
    }
}
