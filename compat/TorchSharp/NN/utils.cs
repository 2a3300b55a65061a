using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>What training does to all parameters at once.</summary>
        public static partial class utils
        {
            /// <summary>Scales the gradients down, in place, so that their common norm is at most the given one.</summary>
            /// <param name="tensors">The parameters; those without a gradient are passed over.</param>
            /// <param name="max_norm">The greatest norm.</param>
            /// <param name="norm_type">The p of the norm; infinity is the largest absolute value.</param>
            /// <returns>The norm before. Where it is NaN, so are the gradients afterwards.</returns>
            public static double clip_grad_norm_(IEnumerable<Parameter> tensors, double max_norm, double norm_type = 2)
            {
                using var handles = new HandleList(tensors);
                Native.Check(Native.ts_clip_grad_norm(handles.Count, handles.Pointers, max_norm, norm_type, out double total));
                return total;
            }

            /// <summary>Bounds every element of the gradients to ±<paramref name="clip_value"/>, in place.</summary>
            public static void clip_grad_value_(IEnumerable<Parameter> tensors, double clip_value)
            {
                using var handles = new HandleList(tensors);
                Native.Check(Native.ts_clip_grad_value(handles.Count, handles.Pointers, clip_value));
            }

            /// <summary>All elements of the parameters, one after another.</summary>
            public static Tensor parameters_to_vector(IEnumerable<Parameter> tensors)
            {
                using var scope = NewDisposeScope();
                return cat(tensors.Select(tensor => tensor.reshape(-1)).ToArray()).MoveToOuterDisposeScope();
            }

            /// <summary>Copies consecutive elements of a vector into the parameters.</summary>
            public static void vector_to_parameters(Tensor vec, IEnumerable<Parameter> tensors)
            {
                using var scope = NewDisposeScope();
                using var guard = no_grad();
                long start = 0;
                foreach (Parameter parameter in tensors)
                {
                    long count = parameter.numel();
                    parameter.copy_(vec.narrow(0, start, count).reshape(parameter.shape));
                    start += count;
                }
            }
        }
    }
}
