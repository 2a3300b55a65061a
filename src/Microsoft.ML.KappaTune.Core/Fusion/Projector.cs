using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Fusion;

/// <summary>
/// Makes a decoder's vectors of an encoder's states: some neighbours as one, a linear layer, GELU, another, and a number that trains. Its
/// modules are registered in the model.
/// </summary>
internal sealed class Projector(FusionConfig config, ModuleTree modules)
{
    private readonly LinearLayer _up = modules.Linear(ModuleSlot.ProjectorUp), _down = modules.Linear(ModuleSlot.ProjectorDown);
    private readonly Gain _gain = modules.Get<Gain>(ModuleSlot.ProjectorGain);

    /// <summary>States, [B, T, C], zeros behind each row's end, to the vectors of all rows, row after row, [M, H].</summary>
    /// <param name="states">What the encoder gave.</param>
    /// <param name="frames">The frames of each row.</param>
    public Tensor Project(Tensor states, IReadOnlyList<int> frames)
    {
        using var scope = NewDisposeScope();
        (long batch, long length, long size) = (states.shape[0], states.shape[1], states.shape[2]);
        long together = config.StackedVectors, stacks = (length + together - 1) / together;
        if (stacks * together > length)
        {
            Tensor rest = zeros([batch, stacks * together - length, size], states.dtype, states.device);
            states = cat([states, rest], 1);
        }

        long[] kept = [.. frames.SelectMany((count, row) =>
            Enumerable.Range(0, config.VectorCount(count)).Select(vector => row * stacks + vector))];
        if (kept.Length == 0)
            return zeros([0L, config.DecoderSize], states.dtype, states.device).MoveToOuterDisposeScope();
        Tensor stacked = states.reshape(batch * stacks, together * size).index_select(0, tensor(kept, device: states.device));
        Tensor inner = _up.forward(stacked).gelu();
        return _gain.forward(_down.forward(inner)).MoveToOuterDisposeScope();
    }
}
