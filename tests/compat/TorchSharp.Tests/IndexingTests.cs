using static TorchSharp.torch;
using TI = TorchSharp.torch.TensorIndex;

namespace TorchSharp.Tests;

public class IndexingTests
{
    private static readonly Dictionary<string, (Func<Tensor, TI[]> Index, long[] Shape, long[] Elements)> Cases = new()
    {
        ["number"] = (_ => [1], [3, 4], [12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23]),
        ["negative number"] = (_ => [-1, -1, -1], [], [23]),
        ["index from end"] = (_ => [^1, ^2, 0], [], [16]),
        ["colon"] = (_ => [TI.Colon, 0, 0], [2], [0, 12]),
        ["range"] = (_ => [0, 1.., 0..2], [2, 2], [4, 5, 8, 9]),
        ["range from end"] = (_ => [0, ^1.., ^2..^1], [1, 1], [10]),
        ["slice"] = (_ => [0, 0, TI.Slice(start: 1)], [3], [1, 2, 3]),
        ["slice step"] = (_ => [0, TI.Slice(step: 2), TI.Slice(0, 4, 3)], [2, 2], [0, 3, 8, 11]),
        ["slice negative"] = (_ => [0, 0, TI.Slice(-3, -1)], [2], [1, 2]),
        ["slice beyond"] = (_ => [0, 0, TI.Slice(2, 100)], [2], [2, 3]),
        ["slice empty"] = (_ => [0, 0, TI.Slice(3, 1)], [0], []),
        ["pair"] = (_ => [0, 0, ((int?)1, (int?)null)], [3], [1, 2, 3]),
        ["ellipsis"] = (_ => [TI.Ellipsis, 0], [2, 3], [0, 4, 8, 12, 16, 20]),
        ["ellipsis middle"] = (_ => [1, TI.Ellipsis, 3], [3], [15, 19, 23]),
        ["new dimension"] = (_ => [0, TI.None, 0, TI.Null], [1, 1, 4], [0, 1, 2, 3]),
        ["tensor"] = (_ => [TI.Tensor(tensor(new long[] { 1, 0, 1 })), 0, 0], [3], [12, 0, 12]),
        ["tensors"] = (_ => [0, TI.Tensor(tensor(new long[] { 0, 2 })), TI.Tensor(tensor(new long[] { 1, 3 }))], [2], [1, 11]),
        ["tensor between slices"] = (_ => [TI.Colon, TI.Tensor(tensor(new long[] { 2 })), TI.Slice(0, 2)], [2, 1, 2], [8, 9, 20, 21]),
        ["matrix of places"] = (_ => [0, 0, TI.Tensor(tensor(new long[,] { { 0, 1 }, { 2, 3 } }))], [2, 2], [0, 1, 2, 3]),
        ["mask"] = (x => [TI.Tensor(x > 20)], [3], [21, 22, 23]),
        ["mask of a dimension"] = (_ => [TI.Tensor(tensor(new[] { false, true })), 0], [1, 4], [12, 13, 14, 15]),
        ["true"] = (_ => [TI.Bool(true), 0, 0, 0], [1], [0]),
    };

    public static TheoryData<string> Names => new(Cases.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void Reads(string name)
    {
        using var _ = NewDisposeScope();
        Tensor x = arange(24).reshape(2, 3, 4), actual = x[Cases[name].Index(x)];
        Assert.Equal(Cases[name].Shape, actual.shape);
        Assert.Equal(Cases[name].Elements, actual.data<long>().ToArray());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Writes(string name)
    {
        using var _ = NewDisposeScope();
        Tensor x = arange(24).reshape(2, 3, 4), y = x.clone();
        TI[] index = Cases[name].Index(x);
        x[index] = tensor(-1L);
        y.index_put_(-1, index);
        long[] expected = Enumerable.Range(0, 24).Select(i => Cases[name].Elements.Contains(i) ? -1L : i).ToArray();
        Assert.Equal(expected, x.data<long>().ToArray());
        Assert.True(x.Equals(y));
    }

    [Fact]
    public void NumbersAndTensorsIndexDirectly()
    {
        using var _ = NewDisposeScope();
        Tensor x = arange(24).reshape(2, 3, 4);
        Assert.Equal(23, x[1, 2, 3].ToInt64());
        Assert.Equal([4], x[1, 2].shape);
        x[1, 2, 3] = tensor(5L);
        x[0, 0] = zeros([4], ScalarType.Int64);
        Assert.Equal(5, x[1, 2, 3].ToInt64());
        Assert.Equal(0, x[0, 0].sum().ToInt64());
        Tensor rows = tensor(new long[] { 1, 1 }), mask = x.eq(4);
        Assert.Equal([2, 3, 4], x[rows].shape);
        Assert.Equal([4L], x[mask].data<long>().ToArray());
        x[mask] = tensor(-4L);
        Assert.Equal(-4, x[0, 1, 0].ToInt64());
        Assert.Equal(5, arange(6)[5L].ToInt64());
        Assert.Equal(1, zeros([1, 1, 1, 1])[0, 0, 0, 0].numel());
    }

    [Fact]
    public void SlicesAreViewsAndTensorIndicesAreCopies()
    {
        using var _ = NewDisposeScope();
        Tensor x = arange(6), view = x[TI.Slice(0, 2)], copy = x[TI.Tensor(tensor(new long[] { 0, 1 }))];
        x.fill_(9);
        Assert.Equal([9L, 9], view.data<long>().ToArray());
        Assert.Equal([0L, 1], copy.data<long>().ToArray());
    }

    [Fact]
    public void GatherAndScatterFamily()
    {
        using var _ = NewDisposeScope();
        Tensor x = tensor(new double[,] { { 1, 2, 3 }, { 4, 5, 6 } }), places = tensor(new long[,] { { 2, 0 }, { 1, 1 } }), two = tensor(new long[] { 2, 0 });
        Same([3, 1, 5, 5], x.gather(1, places));
        Same([3, 1, 5, 5], x.take_along_dim(places, 1));
        Same([3, 1, 6, 4], x.index_select(1, two));
        Same([3, 2, 3, 2], x.take(tensor(new long[] { 2, 1, 2, 1 })));
        Tensor ten = full([2, 2], 10, ScalarType.Float64);
        Same([10, 2, 10, 4, 10, 6], x.scatter(1, places, ten));
        Same([11, 2, 13, 4, 25, 6], x.scatter_add(1, places, ten));
        Same([21, 2, 23, 24, 5, 26], x.index_add(1, two, ten, 2));
        Same([10, 2, 10, 10, 5, 10], x.index_copy(1, two, ten));
        Same([7, 2, 7, 7, 5, 7], x.index_fill(1, two, 7));
        Same([0, 2, 0, 4, 0, 6], x.masked_fill(x.remainder(2).eq(1), 0));
        Same([2, 4, 6], x.masked_select(x.remainder(2).eq(0)));
        Same([1, 2, 3, 4, 5, 6], x);
        foreach (Func<Tensor, Tensor> change in new Func<Tensor, Tensor>[]
        {
            y => y.scatter_(1, places, ten), y => y.scatter_add_(1, places, ten), y => y.index_add_(1, two, ten, 2),
            y => y.index_copy_(1, two, ten),
            y => y.index_fill_(1, two, 7), y => y.masked_fill_(y > 2, 0),
        })
        {
            Tensor y = x.clone();
            Assert.Same(y, change(y));
            Assert.False(y.Equals(x));
        }
        Assert.Equal([0L, 1, 1, 0], (x[TI.Colon, TI.Slice(0, 2)] * tensor(new double[,] { { 0, 1 }, { 1, 0 } })).nonzero().data<long>().ToArray());
        Assert.Equal([1L, 1], where(x.ge(5))[0].data<long>().ToArray());
        Assert.Equal([1L, 1, 1, 2], argwhere(x.ge(5)).data<long>().ToArray());
    }

    private static void Same(double[] expected, Tensor actual) => Assert.Equal(expected, actual.contiguous().data<double>().ToArray());
}
