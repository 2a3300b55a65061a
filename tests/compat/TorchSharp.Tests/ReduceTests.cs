using static TorchSharp.torch;

namespace TorchSharp.Tests;

public class ReduceTests
{
    private static readonly double[,] Values = { { 3, 1, 2 }, { 6, 5, 4.5 } };

    public static TheoryData<string, double[]> Cases => new()
    {
        { "sum", [21.5] }, { "sum dim", [9, 6, 6.5] }, { "sum dims", [21.5] }, { "mean", [21.5 / 6] }, { "mean dims", [2, 15.5 / 3] },
        { "prod", [810] }, { "prod dim", [6, 135] }, { "var", [3.6416666666666666] }, { "var biased", [2.25, 4, 1.5625] },
        { "std dims", [1, 0.7637626158259733] },
        { "max", [6] }, { "max dim", [3, 6] }, { "max places", [0, 0] }, { "min", [1] }, { "min dim", [1, 4.5] }, { "min places", [1, 2] },
        { "amax", [6, 5, 4.5] }, { "amin", [1] }, { "argmax", [3] }, { "argmax dim", [1, 1, 1] }, { "argmin", [1] },
        { "argmin dim", [1, 2] },
        { "median", [3] }, { "quantile", [2, 5] }, { "norm", [9.759610647971568] }, { "norm 1", [9, 6, 6.5] },
        { "logsumexp", [3.40760596444438, 6.464368784107945] },
        { "cumsum", [3, 4, 6, 6, 11, 15.5] }, { "cumprod", [3, 1, 2, 18, 5, 9] }, { "sort", [1, 2, 3, 4.5, 5, 6] },
        { "sort places", [1, 2, 0, 2, 1, 0] },
        { "argsort", [0, 2, 1, 0, 1, 2] }, { "topk", [3, 2, 6, 5] }, { "topk smallest places", [1, 2] }, { "kthvalue", [2, 5] },
        { "count_nonzero", [6] },
        { "all", [1] }, { "any dim", [0, 1] }, { "diff", [-2, 1, -1, -0.5] }, { "histc", [2, 2, 2] }, { "nansum", [21.5] },
        { "bucketize", [1, 0, 0, 2, 2, 2] },
        { "std_mean", [1, 0.7637626158259733, 2, 5.166666666666667] }, { "var_mean", [3.6416666666666666, 3.5833333333333335] },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void GivesTheValueComputedByHand(string name, double[] expected)
    {
        using var _ = NewDisposeScope();
        Tensor x = tensor(Values);
        Tensor actual = name switch
        {
            "sum" => x.sum(), "sum dim" => x.sum(0L), "sum dims" => x.sum(0, 1), "mean" => x.mean(), "mean dims" => x.mean([1]),
            "prod" => x.prod(), "prod dim" => x.prod(1), "var" => x.var(), "var biased" => x.var(0, unbiased: false),
            "std dims" => x.std([1]),
            "max" => x.max(), "max dim" => x.max(1).values, "max places" => x.max(1).indexes, "min" => x.min(),
            "min dim" => x.min(1).values,
            "min places" => x.min(1).indexes, "amax" => x.amax(0), "amin" => x.amin(0, 1), "argmax" => x.argmax(),
            "argmax dim" => x.argmax(0),
            "argmin" => x.argmin(), "argmin dim" => x.argmin(1), "median" => x.median(), "quantile" => x.quantile(tensor(0.5)),
            "norm" => x.norm(),
            "norm 1" => x.norm(0, p: 1), "logsumexp" => x.logsumexp(1), "cumsum" => x.cumsum(1), "cumprod" => x.cumprod(0),
            "sort" => x.sort().Values,
            "sort places" => x.sort().Indices, "argsort" => x.argsort(1, true), "topk" => x.topk(2).values,
            "topk smallest places" => x.topk(1, largest: false).indexes, "kthvalue" => x.kthvalue(2, 1).values,
            "count_nonzero" => x.count_nonzero(),
            "all" => x.all(), "any dim" => x.gt(3).any(1), "diff" => x.diff(), "histc" => x.histc(3, 1, 7),
            "nansum" => cat([x.flatten(), tensor(new[] { double.NaN })]).nansum(),
            "bucketize" => x.bucketize(tensor(new[] { 2.0, 4 })), "std_mean" => Both(x.std_mean([1])), "var_mean" => Both(x.var_mean()),
            _ => throw new ArgumentException(name),
        };
        double[] values = actual.to(ScalarType.Float64).flatten().data<double>().ToArray();
        Assert.Equal(expected.Length, values.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], values[i], 1e-12);
    }

    private static Tensor Both((Tensor, Tensor) pair) => cat([pair.Item1.flatten(), pair.Item2.flatten()]);

    [Fact]
    public void KeepdimKeepsADimensionOfSizeOne()
    {
        using var _ = NewDisposeScope();
        Tensor x = tensor(Values);
        Assert.Equal([1, 3], x.sum(0L, keepdim: true).shape);
        Assert.Equal([2, 1], x.max(1, keepdim: true).values.shape);
        Assert.Equal([1, 1], x.amax([0, 1], keepdim: true).shape);
        Assert.Equal([2, 1], x.logsumexp(1, true).shape);
        Tensor target = zeros([2, 1], ScalarType.Float64);
        Assert.Same(target, x.amin([1], true, target));
        Assert.Equal([1.0, 4.5], target.data<double>().ToArray());
    }

    [Fact]
    public void UniqueGivesPlacesAndCountsOnRequest()
    {
        using var _ = NewDisposeScope();
        Tensor x = tensor(new long[] { 3, 1, 3, 2, 3 });
        (Tensor output, Tensor? inverse, Tensor? counts) = x.unique(return_inverse: true, return_counts: true);
        Assert.Equal([1L, 2, 3], output.data<long>().ToArray());
        Assert.Equal([2L, 0, 2, 1, 2], inverse!.data<long>().ToArray());
        Assert.Equal([1L, 1, 3], counts!.data<long>().ToArray());
        Assert.Null(x.unique().inverse_indices);
        Assert.Equal([3L, 1, 3, 2, 3], x.unique_consecutive().output.data<long>().ToArray());
        Assert.Equal([0L, 1, 1, 3], x.bincount(null).data<long>().ToArray());
        Assert.Equal([0L, 1, 1, 3, 0], bincount(x, minlength: 5).data<long>().ToArray());
        Assert.Equal([1L, 0], searchsorted(tensor(new[] { 1.0, 2 }), tensor(new[] { 1.5, 0.5 })).data<long>().ToArray());
    }

    [Fact]
    public void AZeroWithoutSuffixIsATypeToSumAndProd()
    {
        // C# converts the literal 0 to any enum, and the overload without optional parameters wins, here as in the real library.
        using Tensor x = ones(2, 3), type = x.sum(0), dim = x.sum(0L);
        Assert.Equal((ScalarType.Byte, 0), (type.dtype, type.dim()));
        Assert.Equal([3], dim.shape);
    }

    [Fact]
    public void SumsOfLowPrecisionAreExactInAWiderType()
    {
        using Tensor x = full([4096], 1, ScalarType.Float16), wide = x.sum(ScalarType.Float32), mean = x.mean([0], type: ScalarType.Float64);
        Assert.Equal(4096, wide.item<float>());
        Assert.Equal(1, mean.item<double>());
        using Tensor deviation = x.std(0, type: ScalarType.Float32);
        Assert.Equal((ScalarType.Float32, 0f), (deviation.dtype, deviation.item<float>()));
    }
}
