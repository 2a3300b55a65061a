using System.Reflection;
using System.Runtime.CompilerServices;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            // What became of a tensor that was replaced: another module that shares it takes the same one.
            private static readonly ConditionalWeakTable<Tensor, Tensor> Replacements = [];

            /// <summary>Moves the module to a device and converts its floating-point tensors to a type.</summary>
            protected internal virtual Module _to(Device device, ScalarType dtype, bool non_blocking)
            {
                RequireFloatingPoint(dtype);
                foreach (Module child in _childrenByName.values())
                    child._to(device, dtype, non_blocking);
                Convert(device, dtype, non_blocking);
                return this;
            }

            /// <summary>Moves the module to a device.</summary>
            protected internal virtual Module _to(DeviceType deviceType, int deviceIndex, bool non_blocking)
            {
                foreach (Module child in _childrenByName.values())
                    child._to(deviceType, deviceIndex, non_blocking);
                Convert(new Device(deviceType, deviceIndex), null, non_blocking);
                return this;
            }

            /// <summary>Converts the module's floating-point tensors to a type.</summary>
            protected internal virtual Module _to(ScalarType dtype, bool non_blocking)
            {
                RequireFloatingPoint(dtype);
                foreach (Module child in _childrenByName.values())
                    child._to(dtype, non_blocking);
                Convert(null, dtype, non_blocking);
                return this;
            }

            private static void RequireFloatingPoint(ScalarType dtype)
            {
                if (!is_floating_point(dtype) && !is_complex(dtype))
                    throw new ArgumentException($"A module's type must be floating-point or complex, not {dtype}.", nameof(dtype));
            }

            // A tensor that changes is replaced: the old one is disposed, the new one keeps its gradient and its name.
            private void Convert(Device? device, ScalarType? dtype, bool non_blocking)
            {
                using var guard = no_grad();
                foreach ((string name, Parameter old) in _parametersByName.ToArray())
                    if (Latest(old, Make) is Parameter latest && !ReferenceEquals(latest, old))
                        Put(name, latest, () => ConditionallyRegisterParameter(name, latest));
                foreach ((string name, (Tensor old, bool persistent)) in _buffersByName.ToArray())
                    if (Latest(old, Make) is { } latest && !ReferenceEquals(latest, old))
                        Put(name, latest, () => ConditionallyRegisterBuffer(name, latest, persistent));

                Tensor? Make(Tensor old) => Changes(old, device, dtype) ? Converted(old, device, dtype, non_blocking) : null;
            }

            private static Tensor Latest(Tensor tensor, Func<Tensor, Tensor?> make)
            {
                while (Replacements.TryGetValue(tensor, out Tensor? replacement))
                    tensor = replacement;
                if (make(tensor) is not { } made)
                    return tensor;
                if (tensor is Parameter parameter)
                {
                    made = new Parameter(made, parameter.requires_grad);
                    using Tensor? gradient = parameter.grad;
                    if (gradient is not null)
                    {
                        using Tensor moved = gradient.to(made.dtype, made.device);
                        made.grad = moved;
                    }
                }
                Replacements.Add(tensor, made);
                tensor.Dispose();
                return made;
            }

            private static ScalarType TypeFor(Tensor tensor, ScalarType? dtype) =>
                dtype is { } wanted && (tensor.is_floating_point() || tensor.is_complex()) ? wanted : tensor.dtype;

            private static bool Changes(Tensor tensor, Device? device, ScalarType? dtype) =>
                TypeFor(tensor, dtype) != tensor.dtype
                || (device is not null && (device.type != tensor.device_type || (device.index >= 0 && device.index != tensor.device_index)));

            private static Tensor Converted(Tensor tensor, Device? device, ScalarType? dtype, bool non_blocking) =>
                tensor.to(TypeFor(tensor, dtype), device ?? tensor.device, non_blocking: non_blocking);

            // As TorchSharp 0.107 does it: a public property of the tensor's name is set, and that is all, its setter is expected to
            // register; where there is none, the tensor is registered and the field whose component has the name is set.
            private void Put(string name, Tensor replacement, Action register)
            {
                if (GetType().GetProperty(name, BindingFlags.Instance | BindingFlags.Public) is { } property)
                {
                    property.SetValue(this, replacement);
                    return;
                }
                register();
                ComponentFields().FirstOrDefault(field => field.ComponentName() == name)?.SetValue(this, replacement);
            }
        }
    }
}
