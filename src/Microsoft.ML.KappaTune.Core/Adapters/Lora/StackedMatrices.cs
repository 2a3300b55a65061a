using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Adapters.Lora;

/// <summary>
/// The adapter of a stack of experts' weights in a file: A, [experts · rank, in], expert by expert, and B, [out, rank · experts], rank by
/// rank and in each expert by expert. An expert's change is scale · B[:, all its ranks] · A[all its ranks, :].
/// </summary>
/// <param name="IsSwapped">Whether "in" are a matrix's outputs and "out" its inputs, so that the change is the transposed product.</param>
internal sealed record StackedMatrices(ExpertStack Stack, TensorView A, TensorView B, LoraSettings Settings, bool IsSwapped)
{
    /// <summary>
    /// The layers that get an adapter. One whose part of the product is zero is as it was in the base, to the last bit, without one; but
    /// where all are zero nothing was trained yet, and all get theirs.
    /// </summary>
    public IReadOnlyList<string> Adapted { get; } = FindAdapted(Stack, A, B, Settings.Rank, IsSwapped);

    /// <summary>Of the adapted layers those that have another one's A, by that one.</summary>
    public IEnumerable<KeyValuePair<string, string>> Owners => Stack.Experts
        .Select(layers => layers.Where(Adapted.Contains).ToArray()).Where(layers => layers.Length > 1)
        .Select(layers => KeyValuePair.Create(layers[1], layers[0]));

    public void CopyInto(IReadOnlyDictionary<string, LowRankAdapter> adapters)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        foreach ((string layer, Tensor a, Tensor b) in Split(Stack, A, B, Settings.Rank, IsSwapped))
        {
            if (!adapters.TryGetValue(layer, out LowRankAdapter? adapter))
                continue;
            adapter.A.copy_(a);
            adapter.B.copy_(b);
        }
    }

    private static string[] FindAdapted(ExpertStack stack, TensorView a, TensorView b, int rank, bool isSwapped)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        string[] changed = [.. Split(stack, a, b, rank, isSwapped)
            .Where(part => HasValues(part.A) && HasValues(part.B)).Select(part => part.Layer)];
        return changed.Length > 0 ? changed : [.. stack.Layers];
    }

    /// <summary>A, [rank, inputs], and B, [outputs, rank], of every layer of every expert.</summary>
    private static IEnumerable<(string Layer, Tensor A, Tensor B)> Split(
        ExpertStack stack, TensorView a, TensorView b, int rank, bool isSwapped)
    {
        int count = stack.Experts.Count;
        Tensor all = Load(a).view(count, rank, -1), others = Load(b).view(-1, rank, count);
        for (int expert = 0; expert < count; expert++)
        {
            (Tensor its, Tensor other) = (all.select(0, expert), others.select(2, expert));
            if (isSwapped)
                (its, other) = (other.t(), its.t());
            IReadOnlyList<string> layers = stack.Experts[expert];
            long rows = stack.Outputs / layers.Count;
            for (int part = 0; part < layers.Count; part++)
                yield return (layers[part], its, other.narrow(0, part * rows, rows));
        }
    }

    private static Tensor Load(TensorView view)
    {
        bool isWide = view.DataType == TensorDataType.Float64;
        Tensor loaded = empty([.. view.Shape], dtype: isWide ? ScalarType.Float64 : ScalarType.Float32);
        TensorReader.Copy(view, loaded);
        return loaded;
    }

    private static bool HasValues(Tensor tensor) => tensor.any().item<bool>();
}
