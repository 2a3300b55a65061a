using System.Reflection;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            private bool _componentsRegistered;

            /// <summary>
            /// Registers the fields of the module's class that hold modules, parameters and other tensors (as buffers) at the
            /// moment, private ones too, under their names. Called at the end of a constructor; more calls do nothing.
            /// </summary>
            protected virtual void RegisterComponents()
            {
                if (_componentsRegistered)
                    return;
                foreach (FieldInfo field in ComponentFields())
                {
                    string component = field.ComponentName();
                    switch (field.GetValue(this))
                    {
                        case Module module:
                            register_module(component, module);
                            break;
                        case Parameter parameter:
                            register_parameter(component, parameter);
                            break;
                        case Tensor tensor:
                            register_buffer(component, tensor);
                            break;
                    }
                }
                _componentsRegistered = true;
            }

            /// <summary>Registers a sub-module; null removes the one of that name.</summary>
            /// <exception cref="ArgumentException">The name is empty, holds a dot or is taken.</exception>
            public virtual void register_module(string name, Module submodule)
            {
                if (submodule is null)
                {
                    _childrenByName.Remove(name);
                    return;
                }
                if (string.IsNullOrEmpty(name) || name.Contains('.'))
                    throw new ArgumentException($"A module's name can't be empty or contain a dot, got: \"{name}\"", nameof(name));
                if (_childrenByName.ContainsKey(name))
                    throw new ArgumentException($"Sub-module {name} is already registered.", nameof(name));
                submodule.RegisterComponents();
                _childrenByName.Add(name, submodule);
            }

            /// <inheritdoc cref="register_module"/>
            public void add_module(string name, Module module) => register_module(name, module);

            /// <summary>Registers a parameter; null removes the one of that name. The parameter leaves its dispose scope.</summary>
            /// <exception cref="InvalidOperationException">The name is taken.</exception>
            public virtual void register_parameter(string name, Parameter param)
            {
                if (param is null)
                {
                    _parametersByName.Remove(name);
                    return;
                }
                if (_parametersByName.ContainsKey(name))
                    throw new InvalidOperationException($"Tensor {name} is already registered.");
                _parametersByName.Add(name, Owned(param));
            }

            /// <summary>Registers a tensor that is part of the state but isn't learnt. It leaves its dispose scope.</summary>
            /// <param name="name">Its name.</param>
            /// <param name="tensor">The tensor.</param>
            /// <param name="persistent">Whether it is part of the state dictionary.</param>
            /// <exception cref="InvalidOperationException">The name is taken.</exception>
            public virtual void register_buffer(string name, Tensor tensor, bool persistent = true)
            {
                ArgumentNullException.ThrowIfNull(tensor);
                if (_buffersByName.ContainsKey(name))
                    throw new InvalidOperationException($"Tensor {name} is already registered.");
                _buffersByName.Add(name, (Owned(tensor), persistent));
            }

            /// <summary>Registers a parameter in place of the one of that name; null removes it.</summary>
            protected void ConditionallyRegisterParameter(string name, Tensor? value)
            {
                if (value is null)
                    _parametersByName.Remove(name);
                else
                    _parametersByName[name] = Owned(value as Parameter ?? new Parameter(value));
            }

            /// <summary>Registers a buffer in place of the one of that name; null removes it.</summary>
            protected void ConditionallyRegisterBuffer(string name, Tensor? value, bool persistent = true)
            {
                if (value is null)
                    _buffersByName.Remove(name);
                else
                    _buffersByName[name] = (Owned(value), persistent);
            }

            /// <summary>Forgets the sub-modules without disposing them.</summary>
            protected void ClearModules() => _childrenByName.Clear();

            /// <summary>Puts a parameter in a property's field: the old one is disposed, the new one registered.</summary>
            private protected void Replace(ref Parameter? field, Parameter? value, string name)
            {
                if (!ReferenceEquals(field, value))
                    field?.Dispose();
                field = value;
                ConditionallyRegisterParameter(name, value);
            }

            private static T Owned<T>(T tensor) where T : Tensor
            {
                tensor.DetachFromDisposeScope();
                return tensor;
            }

            private FieldInfo[] ComponentFields() =>
                GetType().GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);
        }
    }
}
