using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            /// <summary>The parameters with their dotted names: this module's, then those of each sub-module. A shared one comes once.</summary>
            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
            {
                var seen = new HashSet<nint>();
                foreach ((string name, Parameter parameter) in AllParameters(recurse))
                    if (seen.Add(parameter.Handle))
                        yield return (name, parameter);
            }

            /// <summary>The buffers with their dotted names: this module's, then those of each sub-module. A shared one comes once.</summary>
            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true)
            {
                var seen = new HashSet<nint>();
                foreach ((string name, Tensor buffer) in AllBuffers(recurse, include_nonpersistent))
                    if (seen.Add(buffer.Handle))
                        yield return (name, buffer);
            }

            /// <summary>The direct sub-modules with their names.</summary>
            public virtual IEnumerable<(string name, Module module)> named_children() => _childrenByName;

            /// <summary>The sub-modules at all depths with their dotted names: the direct ones first. This module isn't among them.</summary>
            public virtual IEnumerable<(string name, Module module)> named_modules()
            {
                foreach ((string name, Module child) in named_children())
                    yield return (name, child);
                foreach ((string name, Module child) in named_children())
                    foreach ((string inner, Module module) in child.named_modules())
                        yield return ($"{name}.{inner}", module);
            }

            /// <summary>The parameters, in the order of <see cref="named_parameters"/>.</summary>
            public virtual IEnumerable<Parameter> parameters(bool recurse = true) =>
                named_parameters(recurse).Select(named => named.parameter);

            /// <summary>The buffers, in the order of <see cref="named_buffers"/>.</summary>
            public virtual IEnumerable<Tensor> buffers(bool recurse = true, bool include_nonpersistent = true) =>
                named_buffers(recurse, include_nonpersistent).Select(named => named.buffer);

            /// <summary>The direct sub-modules.</summary>
            public virtual IEnumerable<Module> children() => named_children().Select(named => named.module);

            /// <summary>The sub-modules at all depths, in the order of <see cref="named_modules"/>.</summary>
            public virtual IEnumerable<Module> modules() => named_modules().Select(named => named.module);

            /// <summary>The parameter of a dotted name; null where there is none.</summary>
            public virtual Parameter? get_parameter(string target)
            {
                (Module? owner, string leaf) = Locate(target);
                return owner is not null && owner._parametersByName.TryGetValue(leaf, out Parameter? found) ? found : null;
            }

            /// <summary>The buffer of a dotted name; null where there is none.</summary>
            public virtual Tensor? get_buffer(string target)
            {
                (Module? owner, string leaf) = Locate(target);
                return owner is not null && owner._buffersByName.TryGetValue(leaf, out var found) ? found.Value : null;
            }

            /// <summary>Whether there is a parameter of a dotted name.</summary>
            public virtual bool has_parameter(string target) => get_parameter(target) is not null;

            /// <summary>Whether there is a buffer of a dotted name.</summary>
            public virtual bool has_buffer(string target) => get_buffer(target) is not null;

            private IEnumerable<(string Name, Parameter Value)> AllParameters(bool recurse)
            {
                foreach ((string name, Parameter parameter) in _parametersByName)
                    yield return (name, parameter);
                if (!recurse)
                    yield break;
                foreach ((string name, Module child) in _childrenByName)
                    foreach ((string inner, Parameter parameter) in child.named_parameters())
                        yield return ($"{name}.{inner}", parameter);
            }

            private IEnumerable<(string Name, Tensor Value)> AllBuffers(bool recurse, bool nonpersistent)
            {
                foreach ((string name, (Tensor value, bool persistent)) in _buffersByName)
                    if (persistent || nonpersistent)
                        yield return (name, value);
                if (!recurse)
                    yield break;
                foreach ((string name, Module child) in _childrenByName)
                    foreach ((string inner, Tensor buffer) in child.named_buffers(true, nonpersistent))
                        yield return ($"{name}.{inner}", buffer);
            }

            // The module that holds the last part of a dotted name.
            private (Module? Owner, string Leaf) Locate(string target)
            {
                ArgumentNullException.ThrowIfNull(target);
                string[] parts = target.Split('.');
                Module? owner = this;
                foreach (string part in parts[..^1])
                    if (owner is null || !owner._childrenByName.TryGetValue(part, out owner))
                        return (null, parts[^1]);
                return (owner, parts[^1]);
            }
        }
    }
}
