namespace TorchSharp;

public static partial class torch
{
    /// <summary>Tensors joined along a dimension they have.</summary>
    public static Tensor cat(IList<Tensor> tensors, long dim = 0)
    {
        using var handles = new HandleList(tensors);
        return Native.Tensor(Native.ts_cat(handles.Pointers, handles.Count, dim));
    }

    /// <inheritdoc cref="cat"/>
    public static Tensor concat(IList<Tensor> tensors, long dim = 0) => cat(tensors, dim);

    /// <summary>Tensors of one shape joined along a new dimension.</summary>
    public static Tensor stack(IEnumerable<Tensor> tensors, long dim = 0)
    {
        using var handles = new HandleList(tensors);
        return Native.Tensor(Native.ts_stack(handles.Pointers, handles.Count, dim));
    }

    /// <summary>Tensors joined side by side: along the second dimension, vectors along their only one.</summary>
    public static Tensor hstack(params Tensor[] tensors)
    {
        using var handles = new HandleList(tensors);
        return Native.Tensor(Native.ts_hstack(handles.Pointers, handles.Count));
    }

    /// <inheritdoc cref="hstack(Tensor[])"/>
    public static Tensor hstack(IList<Tensor> tensors) => hstack(tensors.ToArray());

    /// <summary>Tensors joined one below the other: along the first dimension, vectors as rows.</summary>
    public static Tensor vstack(IList<Tensor> tensors)
    {
        using var handles = new HandleList(tensors);
        return Native.Tensor(Native.ts_vstack(handles.Pointers, handles.Count));
    }

    /// <summary>Tensors expanded to their common shape.</summary>
    public static IList<Tensor> broadcast_tensors(params Tensor[] tensors)
    {
        using var handles = new HandleList(tensors);
        return Native.Tensors(Native.ts_broadcast_tensors(handles.Pointers, handles.Count));
    }

    /// <summary>The coordinates of a grid, one tensor for each axis; <c>ij</c> has the first axis as rows, <c>xy</c> as columns.</summary>
    public static Tensor[] meshgrid(IEnumerable<Tensor> tensors, string indexing = "ij")
    {
        using var handles = new HandleList(tensors);
        return Native.Tensors(Native.ts_meshgrid(handles.Pointers, handles.Count, indexing));
    }

    /// <summary>Sum of products in Einstein's notation, as in <c>"bij,bjk->bik"</c>.</summary>
    public static Tensor einsum(string equation, params Tensor[] tensors)
    {
        using var handles = new HandleList(tensors);
        return Native.Tensor(Native.ts_einsum(equation, handles.Pointers, handles.Count));
    }

    /// <summary><paramref name="x"/> where the condition is true, <paramref name="y"/> elsewhere, broadcast.</summary>
    public static Tensor where(Tensor condition, Tensor x, Tensor y) => x.where(condition, y);

    /// <summary>The places where the condition is true, one tensor for each dimension.</summary>
    public static Tensor[] where(Tensor condition) => Native.Tensors(Native.ts_where_indices(condition.SafeHandle));

    /// <summary>The number of the interval of <paramref name="sorted_sequence"/> that each value falls in.</summary>
    public static Tensor searchsorted(
        Tensor sorted_sequence, Tensor values, bool out_int32 = false, bool right = false, Tensor? sorter = null)
    {
        if (sorter is not null)
            sorted_sequence = sorted_sequence.take_along_dim(sorter, -1);
        return Native.Tensor(Native.ts_searchsorted(sorted_sequence.SafeHandle, values.SafeHandle, out_int32, right));
    }

    /// <inheritdoc cref="Tensor.softmax(long, ScalarType?)"/>
    public static Tensor softmax(Tensor input, int dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

    /// <summary>Q of the reflectors that <see cref="Tensor.geqrf"/> gives.</summary>
    public static Tensor orgqr(Tensor input, Tensor tau) => linalg.householder_product(input, tau);
}
