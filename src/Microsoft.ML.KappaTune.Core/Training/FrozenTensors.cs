using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Training;

/// <summary>The promise that what isn't selected stays bit-identical, kept by hashes from before the first step and after the last.</summary>
internal sealed class FrozenTensors(SequenceClassifier model, IEnumerable<string> mayChange, int threads)
{
    private readonly HashSet<string> _mayChange = [.. mayChange];
    private Dictionary<string, UInt128> _before = [];

    /// <summary>Takes the hashes of what may not change.</summary>
    public void Remember() => _before = Hash();

    /// <summary>Compares with what they were.</summary>
    /// <exception cref="InvalidOperationException">A tensor isn't what it was: an error of this library.</exception>
    public void Check()
    {
        Dictionary<string, UInt128> after = Hash();
        string[] changed = [.. _before.Where(pair => after[pair.Key] != pair.Value).Select(pair => pair.Key)];
        if (changed.Length > 0)
        {
            throw new InvalidOperationException(
                $"{changed.Length} tensors that weren't selected have changed, {changed[0]} first. No result is given; please report this.");
        }
    }

    private Dictionary<string, UInt128> Hash() => TensorHash.Of(
        model.named_parameters().Where(named => !_mayChange.Contains(named.name)).Select(named => (named.name, (Tensor)named.parameter)),
        threads);
}
