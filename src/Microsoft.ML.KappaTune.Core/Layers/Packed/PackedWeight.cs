namespace Microsoft.ML.KappaTune.Layers;

/// <summary>
/// A weight that stays as its checkpoint stores it, codes in blocks with their scales: its values are made whenever they are needed, on
/// the CPU, in memory that the model's other packed weights use as well. Safe to use from several threads. Valid until its checkpoint is
/// disposed.
/// </summary>
internal sealed class PackedWeight
{
    private readonly LogicalTensor _codes;

    /// <param name="codes">The weight.</param>
    /// <param name="workspace">Where its values are made.</param>
    public PackedWeight(LogicalTensor codes, PackedWorkspace workspace)
    {
        _codes = codes;
        Workspace = workspace;
        workspace.Fit(codes.ElementCount);
    }

    public PackedWorkspace Workspace { get; }

    /// <summary>Where its values are needed.</summary>
    public Device Device => Workspace.Device;

    /// <summary>Bytes of the codes and of what belongs to them.</summary>
    public long ByteLength => _codes.Parts.Sum(part => part.ByteLength);

    /// <summary>
    /// Computes something of all values, in the weight's shape and the same in every call, which are overwritten after it: the result has
    /// memory of its own and no gradient. It belongs to the caller's dispose scope.
    /// </summary>
    public Tensor Use(ScalarType dtype, Func<Tensor, Tensor> compute)
    {
        // Autograd would keep the values for a backward pass, when they are others.
        using var mode = no_grad();
        using var scope = NewDisposeScope();
        PackedBuffer buffer = Workspace.Rent(dtype);
        try
        {
            return compute(buffer.Fill(_codes)).MoveToOuterDisposeScope();
        }
        finally
        {
            Workspace.Return(buffer);
        }
    }

    /// <summary>All values in the weight's shape, to keep; they belong to the caller's dispose scope.</summary>
    public Tensor Values(ScalarType dtype) => Use(dtype, values => values.clone());
}
