using TorchSharp;

namespace Microsoft.ML.KappaTune.Compute;

/// <summary>
/// Leaves the CPU's default generator as it was before: a run seeds it, and some modules draw from it when they are made. (The tensor
/// library has no way to read a GPU's generator; that one stays seeded.)
/// </summary>
internal readonly ref struct TorchGenerator
{
    private readonly torch.Tensor _state;

    public TorchGenerator() => _state = torch.get_rng_state().DetachFromDisposeScope();

    public void Dispose()
    {
        torch.set_rng_state(_state);
        _state.Dispose();
    }
}
