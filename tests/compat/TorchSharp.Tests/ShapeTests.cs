using static TorchSharp.torch;

namespace TorchSharp.Tests;

public class ShapeTests
{
    public static TheoryData<string, long[], long[]> Cases => new()
    {
        { "view", [3, 2], [0, 1, 2, 3, 4, 5] }, { "view -1", [6, 1], [0, 1, 2, 3, 4, 5] }, { "reshape", [3, 2], [0, 3, 1, 4, 2, 5] },
        { "transpose", [3, 2], [0, 3, 1, 4, 2, 5] }, { "t", [3, 2], [0, 3, 1, 4, 2, 5] }, { "T", [3, 2], [0, 3, 1, 4, 2, 5] },
        { "permute", [3, 2], [0, 3, 1, 4, 2, 5] },
        { "flatten", [6], [0, 1, 2, 3, 4, 5] }, { "unflatten", [2, 3, 1], [0, 1, 2, 3, 4, 5] },
        { "unsqueeze", [2, 1, 3], [0, 1, 2, 3, 4, 5] },
        { "squeeze", [2, 3], [0, 1, 2, 3, 4, 5] }, { "select", [2], [1, 4] }, { "narrow", [2, 2], [1, 2, 4, 5] },
        { "slice", [2, 2], [0, 2, 3, 5] },
        { "expand", [2, 2, 3], [0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5] }, { "as_strided", [2, 2], [1, 2, 2, 3] },
        { "unfold", [2, 2, 2], [0, 1, 1, 2, 3, 4, 4, 5] },
        { "flip", [2, 3], [2, 1, 0, 5, 4, 3] }, { "roll", [2, 3], [2, 0, 1, 5, 3, 4] }, { "roll all", [2, 3], [5, 0, 1, 2, 3, 4] },
        { "repeat", [2, 6], [0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5] }, { "tile", [2, 6], [0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5] },
        { "repeat_interleave", [4, 3], [0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5] },
        { "repeat_interleave counts", [3, 3], [0, 1, 2, 3, 4, 5, 3, 4, 5] },
        { "tril", [2, 3], [0, 0, 0, 3, 4, 0] }, { "triu", [2, 3], [0, 1, 2, 0, 4, 5] }, { "triu 1", [2, 3], [0, 1, 2, 0, 0, 5] },
        { "diag", [2], [0, 4] }, { "diag_embed", [2, 2], [1, 0, 0, 4] }, { "diagonal", [2], [1, 5] },
        { "cat", [2, 6], [0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5] },
        { "stack", [2, 2, 3], [0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5] }, { "hstack", [2, 6], [0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5] },
        { "vstack", [4, 3], [0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5] }, { "movedim", [3, 2], [0, 3, 1, 4, 2, 5] },
        { "swapaxes", [3, 2], [0, 3, 1, 4, 2, 5] },
        { "meshgrid", [2, 3], [0, 0, 0, 1, 1, 1] }, { "meshgrid xy", [3, 2], [0, 1, 0, 1, 0, 1] },
        { "pad", [2, 5], [9, 0, 1, 2, 9, 9, 3, 4, 5, 9] },
        { "pad replicate", [1, 2, 5], [0, 0, 1, 2, 2, 3, 3, 4, 5, 5] }, { "one_hot", [3, 3], [0, 0, 1, 1, 0, 0, 0, 1, 0] },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void GivesTheShapeAndElementsWrittenByHand(string name, long[] shape, long[] elements)
    {
        using var _ = NewDisposeScope();
        Tensor x = arange(6).reshape(2, 3);
        Tensor actual = name switch
        {
            "view" => x.view(3, 2), "view -1" => x.view(-1, 1), "reshape" => x.t().reshape(3, 2), "transpose" => x.transpose(0, 1),
            "t" => x.t(), "T" => x.T,
            "permute" => x.permute(1, 0), "flatten" => x.flatten(), "unflatten" => x.unflatten(1, 3, 1), "unsqueeze" => x.unsqueeze(1),
            "squeeze" => x.unsqueeze(0).squeeze(0), "select" => x.select(1, 1), "narrow" => x.narrow(1, 1, 2),
            "slice" => x.slice(1, 0, 3, 2),
            "expand" => x.expand(2, -1, 3), "as_strided" => x.as_strided([2, 2], [1, 1], 1), "unfold" => x.unfold(1, 2, 1),
            "flip" => x.flip(1),
            "roll" => x.roll(1, 1), "roll all" => x.roll(1), "repeat" => x.repeat(1, 2), "tile" => x.tile([2]),
            "repeat_interleave" => x.repeat_interleave(2, 0),
            "repeat_interleave counts" => x.repeat_interleave(tensor(new long[] { 1, 2 }), 0), "tril" => x.tril(), "triu" => x.triu(),
            "triu 1" => x.triu(1),
            "diag" => x.diag(), "diag_embed" => tensor(new long[] { 1, 4 }).diag_embed(), "diagonal" => linalg.diagonal(x, 1),
            "cat" => cat([x, x], 1),
            "stack" => stack([x, x], 1), "hstack" => hstack(x, x), "vstack" => vstack([x, x]), "movedim" => x.movedim([0], [1]),
            "swapaxes" => x.swapaxes(0, 1),
            "meshgrid" => meshgrid([arange(2), arange(3)])[0], "meshgrid xy" => meshgrid([arange(2), arange(3)], "xy")[0],
            "pad" => nn.functional.pad(x, [1, 1], value: 9),
            "pad replicate" => nn.functional.pad(x.@double().unsqueeze(0), [1, 1], PaddingModes.Replicate),
            "one_hot" => nn.functional.one_hot(tensor(new long[] { 2, 0, 1 })),
            _ => throw new ArgumentException(name),
        };
        if (name == "pad")
            elements = [9, 0, 1, 2, 9, 9, 3, 4, 5, 9];
        Assert.Equal(shape, actual.shape);
        Assert.Equal(elements, actual.@long().flatten().data<long>().ToArray());
    }

    [Fact]
    public void ListsOfPartsShareTheElements()
    {
        using var _ = NewDisposeScope();
        Tensor x = arange(10);
        Assert.Equal([4, 4, 2], x.split(4).Select(part => part.numel()));
        Assert.Equal([1, 9], x.split([1, 9]).Select(part => part.numel()));
        Assert.Equal([4, 4, 2], x.chunk(3).Select(part => part.numel()));
        Assert.Equal([4, 3, 3], x.tensor_split(3).Select(part => part.numel()));
        Tensor[] all = x.unbind();
        Assert.Equal(10, all.Length);
        all[3].fill_(100);
        Assert.Equal(100, x[3].ToInt64());
    }

    [Fact]
    public void ShapesChangeInPlace()
    {
        using var _ = NewDisposeScope();
        Tensor x = zeros(2, 3);
        Assert.Same(x, x.transpose_(0, 1).unsqueeze_(0));
        Assert.Equal([1, 3, 2], x.shape);
        Assert.Equal([3, 2], x.squeeze_(0).shape);
        Assert.Equal([1f, 0, 1, 1], ones(2, 2).tril_().data<float>().ToArray());
        Assert.Equal([1f, 1, 0, 1], ones(2, 2).triu_().data<float>().ToArray());
    }

    [Fact]
    public void NewTensorsHaveTheTypeAskedForOrTheDefault()
    {
        using var _ = NewDisposeScope();
        Assert.Equal(ScalarType.Float32, zeros(2).dtype);
        Assert.Equal(ScalarType.Int64, arange(3).dtype);
        Assert.Equal(ScalarType.Float32, arange(0, 1, 0.25).dtype);
        Assert.Equal([0f, 0.25f, 0.5f, 0.75f], arange(0, 1, 0.25).data<float>().ToArray());
        Assert.Equal([0f, 0.5f, 1f], linspace(0, 1, 3).data<float>().ToArray());
        Assert.Equal([1f, 10, 100], logspace(0, 2, 3).data<float>().ToArray());
        Assert.Equal([1f, 0, 0, 0, 1, 0], eye(2, 3).data<float>().ToArray());
        Assert.Equal([7L, 7], full(2, 7, ScalarType.Int64).data<long>().ToArray());
        Assert.Equal(4, eye(2).numel());
        Tensor like = ones([2, 2], ScalarType.Float64);
        Assert.Equal(ScalarType.Float64, like.zeros_like().dtype);
        Assert.Equal(ScalarType.Int32, ones_like(like, ScalarType.Int32).dtype);
        Assert.Equal(ScalarType.Float64, like.new_zeros([3]).dtype);
        Assert.Equal(3, full_like(like, 3)[1, 1].ToDouble());
        Assert.True(zeros(2, requires_grad: true).requires_grad);
        Assert.Equal([0L, 1, 1, 0, 0, 1], tril_indices(2, 2).data<long>().ToArray());
        Assert.Equal([2, 3, 4, 5], empty(2, 3, 4, 5).shape);
        Assert.Equal(Math.ScaleB(1, -7), finfo(ScalarType.BFloat16).eps);
        Assert.Equal((float.MaxValue, 1.1920929e-07), (finfo().max, Math.Round(finfo().eps, 14)));
    }
}
