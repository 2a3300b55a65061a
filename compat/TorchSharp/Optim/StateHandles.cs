namespace TorchSharp.Modules;

/// <summary>
/// One tensor of the state of each parameter in a group, as a native step takes it: a step makes the ones that are missing, and
/// they are then put in their places.
/// </summary>
internal readonly struct StateHandles(int count)
{
    private readonly nint[] _handles = new nint[count];

    internal Span<nint> Pointers => _handles;

    internal void Read(int index, torch.Tensor? tensor) => _handles[index] = tensor?.Handle ?? 0;

    internal void KeepIfNew(int index, ref torch.Tensor? field)
    {
        if (field is null && _handles[index] != 0)
            field = new torch.Tensor(_handles[index]).DetachFromDisposeScope();
    }
}
