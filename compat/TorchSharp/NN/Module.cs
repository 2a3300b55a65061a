using TorchSharp.Modules;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Modules: the parts a model is built from, with their parameters, buffers and sub-modules.</summary>
    public static partial class nn
    {
        /// <summary>
        /// A part of a model. Owns its parameters, buffers and sub-modules, which leave their dispose scopes when they are
        /// registered and are disposed with the module. Not thread-safe while it is changed; any number of threads may
        /// call a module in evaluation mode.
        /// </summary>
        public partial class Module : IDisposable
        {
            private readonly OrderedDict<string, Parameter> _parametersByName = new();
            private readonly OrderedDict<string, (Tensor Value, bool Persistent)> _buffersByName = new();
            private readonly OrderedDict<string, Module> _childrenByName = new();

            /// <summary>The module's name, by default that of its class.</summary>
            protected string name;

            /// <summary>A module with the given name, in training mode.</summary>
            protected Module(string name) => this.name = name;

            /// <summary>Whether the module is in training mode, in which dropout is active. True at first.</summary>
            public bool training { get; private set; } = true;

            /// <summary>The module's name.</summary>
            public virtual string GetName() => name;

            /// <summary>Puts this module and its sub-modules in training mode, or in evaluation mode.</summary>
            public virtual void train(bool train = true)
            {
                training = train;
                foreach (Module child in _childrenByName.values())
                    child.train(train);
            }

            /// <summary>Puts this module and its sub-modules in evaluation mode.</summary>
            public virtual void eval() => train(false);

            /// <summary>Removes the gradients of all parameters, or sets them to zero.</summary>
            public virtual void zero_grad(bool set_to_none = true) => Gradients.Zero(parameters(), set_to_none);

            /// <summary>Calls a function with every sub-module, innermost first, and with this one last.</summary>
            public virtual Module apply(Action<Module> fn)
            {
                foreach (Module child in _childrenByName.values())
                    child.apply(fn);
                fn(this);
                return this;
            }

            /// <summary>Disposes the module with its parameters, buffers and sub-modules. More calls do nothing.</summary>
            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            /// <summary>Disposes the parameters, buffers and sub-modules.</summary>
            protected virtual void Dispose(bool disposing)
            {
                if (!disposing)
                    return;
                foreach (Parameter parameter in _parametersByName.values())
                    parameter.Dispose();
                foreach ((Tensor value, bool _) in _buffersByName.values())
                    value.Dispose();
                foreach (Module child in _childrenByName.values())
                    child.Dispose();
            }
        }
    }
}
