namespace TorchSharp;

public static partial class torch
{
    /// <summary>Gradients of recorded operations.</summary>
    public static unsafe class autograd
    {
        /// <summary>
        /// The derivatives of <paramref name="outputs"/> with respect to <paramref name="inputs"/>; the tensors' own gradients stay as they
        /// are.
        /// </summary>
        /// <param name="outputs">What is derived; scalars, unless grad_outputs is given.</param>
        /// <param name="inputs">What it is derived by.</param>
        /// <param name="grad_outputs">The weights of the outputs' elements.</param>
        /// <param name="retain_graph">Keep the record for another call.</param>
        /// <param name="create_graph">Record this computation as well, for higher derivatives.</param>
        /// <param name="allow_unused">An input that doesn't matter has no derivative (null), rather than being an error.</param>
        public static IList<Tensor> grad(
            IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor>? grad_outputs = null, bool retain_graph = false,
            bool create_graph = false, bool allow_unused = false)
        {
            using var from = new HandleList(outputs);
            using var to = new HandleList(inputs);
            using var weights = new HandleList(grad_outputs ?? []);
            return Native.MaybeTensors(Native.ts_grad_all(
                from.Pointers, from.Count, to.Pointers, to.Count, weights.Pointers, weights.Count, retain_graph || create_graph,
                create_graph,
                allow_unused))!;
        }

        /// <summary>
        /// Adds the derivatives of <paramref name="tensors"/> to the gradients of the leaves (or only of <paramref name="inputs"/>).
        /// </summary>
        public static void backward(
            IList<Tensor> tensors, IList<Tensor>? grad_tensors = null, bool? retain_graph = null, bool create_graph = false,
            IList<Tensor>? inputs = null)
        {
            using var from = new HandleList(tensors);
            using var weights = new HandleList(grad_tensors ?? []);
            using var to = new HandleList(inputs ?? []);
            Flag retain = retain_graph.GetValueOrDefault();
            Native.Check(Native.ts_backward_all(
                from.Pointers, from.Count, weights.Pointers, weights.Count, retain_graph.HasValue ? &retain : null, create_graph,
                to.Pointers,
                to.Count));
        }

        /// <inheritdoc cref="backward(IList{Tensor}, IList{Tensor}, bool?, bool, IList{Tensor})"/>
        public static void backward(
            Tensor tensor, IList<Tensor>? grad_tensors = null, bool? retain_graph = null, bool create_graph = false,
            IList<Tensor>? inputs = null) =>
            backward([tensor], grad_tensors, retain_graph, create_graph, inputs);

        /// <inheritdoc cref="backward(IList{Tensor}, IList{Tensor}, bool?, bool, IList{Tensor})"/>
        public static void backward(
            Tensor tensor, Tensor grad_tensor, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null) =>
            backward([tensor], [grad_tensor], retain_graph, create_graph, inputs);
    }
}
