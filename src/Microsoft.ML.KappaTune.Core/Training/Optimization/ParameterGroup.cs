namespace Microsoft.ML.KappaTune.Training.Optimization;

/// <summary>
/// Parameters that train alike, in float32, one after the other in one tensor, and their gradients in another: what a step does with all
/// of them it does at once.
/// </summary>
internal sealed class ParameterGroup : IDisposable
{
    /// <summary>
    /// Numbers that the place of a parameter is a multiple of. From addresses of one alignment products are faster, and round in one way.
    /// </summary>
    private const long Alignment = 16;

    private readonly long[] _offsets;

    /// <summary>A group of parameters of these shapes, all of them zero.</summary>
    public ParameterGroup(bool isHead, bool decays, IReadOnlyList<long[]> shapes, Device device)
    {
        (IsHead, Decays, Shapes) = (isHead, decays, shapes);
        _offsets = new long[shapes.Count];
        long length = 0;
        for (int i = 0; i < shapes.Count; i++)
        {
            _offsets[i] = length;
            length += (CountOf(shapes[i]) + Alignment - 1) / Alignment * Alignment;
        }

        Values = zeros(new[] { length }, float32, device).DetachFromDisposeScope();
        Gradients = zeros(new[] { length }, float32, device).DetachFromDisposeScope();
    }

    /// <summary>Whether they belong to the task's new head.</summary>
    public bool IsHead { get; }

    /// <summary>Their highest learning rate, where they have one of their own; null for that of all like them.</summary>
    public double? Rate { get; init; }

    /// <summary>Whether weight decay applies: to matrices, not to biases and norms, which are vectors.</summary>
    public bool Decays { get; }

    /// <summary>Whether they train now: a group that doesn't is left alone, with all that the optimizer remembers of it.</summary>
    public bool IsTraining { get; set; } = true;

    public IReadOnlyList<long[]> Shapes { get; }

    /// <summary>All of them, with zeros between.</summary>
    public Tensor Values { get; }

    /// <summary>Their gradients, in the same places.</summary>
    public Tensor Gradients { get; }

    /// <summary>The part of such a tensor that belongs to one of them, in its shape.</summary>
    public Tensor Part(Tensor flat, int index)
    {
        using Tensor part = flat.narrow(0, _offsets[index], CountOf(Shapes[index]));
        return part.view(Shapes[index]);
    }

    /// <summary>Frees values and gradients; parts that are still in use stay.</summary>
    public void Dispose()
    {
        Values.Dispose();
        Gradients.Dispose();
    }

    private static long CountOf(long[] shape) => shape.Aggregate(1L, (product, size) => product * size);
}
