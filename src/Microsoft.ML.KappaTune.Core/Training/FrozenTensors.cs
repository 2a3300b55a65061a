using DeviceType = TorchSharp.DeviceType;

namespace Microsoft.ML.KappaTune.Training;

/// <summary>
/// The promise that what isn't selected stays bit-identical, kept by hashes from before the first step and after the last.
/// </summary>
internal sealed class FrozenTensors(nn.Module model, IEnumerable<TensorSlice> mayChange, int threads)
{
    private readonly ILookup<string, int?> _mayChange =
        mayChange.ToLookup(slice => slice.Name, slice => slice.Expert, StringComparer.Ordinal);
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
                $"{changed.Length} tensors that weren't selected have changed, {changed[0]} first. No result is given; "
                + "please report this.");
        }
    }

    private Dictionary<string, UInt128> Hash()
    {
        using var scope = NewDisposeScope();
        return TensorHash.Compute(
            model.named_parameters().SelectMany(named => FrozenIn(named.name, named.parameter)
                .Select(slice => (slice.ToString(), slice.In(named.parameter)))),
            threads);
    }

    private IEnumerable<TensorSlice> FrozenIn(string name, Tensor tensor)
    {
        // A packed weight has no memory of its own: its values are those of a file that is open for reading alone.
        if (tensor.device_type == DeviceType.META)
            return [];
        if (!_mayChange.Contains(name))
            return [new(name)];
        return _mayChange[name].Contains(null) ? [] : Enumerable.Range(0, (int)tensor.shape[0])
            .Where(expert => !_mayChange[name].Contains(expert)).Select(expert => new TensorSlice(name, expert));
    }
}
