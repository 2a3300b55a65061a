using DeviceType = TorchSharp.DeviceType;

namespace Microsoft.ML.KappaTune.Training;

/// <summary>
/// The promise that what isn't selected stays bit-identical, kept by hashes from before the first step and after the last.
/// </summary>
internal sealed class FrozenTensors(nn.Module model, IEnumerable<TensorSlice> mayChange, int threads)
{
    private readonly ILookup<string, TensorSlice> _mayChange = mayChange.ToLookup(slice => slice.Name, StringComparer.Ordinal);
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
        if (_mayChange[name].Any(slice => slice.IsWhole))
            return [];
        ILookup<int?, SlicePart?> byExpert = _mayChange[name].ToLookup(slice => slice.Expert, slice => slice.Part);
        int?[] all = byExpert.Contains(null) ? [null] : [.. Enumerable.Range(0, (int)tensor.shape[0])];
        return all.SelectMany(expert => !byExpert.Contains(expert) ? [new TensorSlice(name, expert)]
            : Between(byExpert[expert], expert is null ? tensor.shape : tensor.shape[1..])
                .Select(part => new TensorSlice(name, expert, part)));
    }

    /// <summary>What is before, between and behind parts of a matrix or vector; nothing where one of them is all of it, null.</summary>
    private static IEnumerable<SlicePart?> Between(IEnumerable<SlicePart?> parts, long[] shape)
    {
        SlicePart[] inOrder = [.. parts.OfType<SlicePart>().OrderBy(part => part.First)];
        if (parts.Contains(null))
            yield break;
        int dimension = inOrder[0].Dimension;
        long begin = 0;
        foreach ((long first, long end) in inOrder.Select(part => (part.First, part.End)).Append((shape[dimension], shape[dimension])))
        {
            if (first > begin)
                yield return new SlicePart(dimension, begin, first - begin, FormattableString.Invariant($"{begin}..{first - 1}"));
            begin = end;
        }
    }
}
