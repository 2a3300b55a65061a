using System.Runtime.InteropServices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Tests;

public class OptimTests
{
    private static float[] Values(Tensor tensor) => tensor.detach().reshape(-1).data<float>().ToArray();

    private static Parameter WithGradient(float value, float gradient)
    {
        var parameter = new Parameter(full(2, value));
        parameter.grad = full(2, gradient);
        return parameter;
    }

    [Fact]
    public void ParametersWithoutGradientStayAndGetNoState()
    {
        Parameter used = WithGradient(1, 1), unused = new(ones(2));
        using AdamW optimizer = optim.AdamW([used, unused], lr: 0.1, weight_decay: 0.5);
        optimizer.step();
        Assert.Equal([1f, 1f], Values(unused));
        Assert.NotEqual([1f, 1f], Values(used));

        // Its first step is a first step, whenever it comes.
        unused.grad = ones(2);
        used.grad = null;
        optimizer.step();
        Assert.Equal(Values(used), Values(unused));
    }

    [Fact]
    public void GroupsHaveOptionsOfTheirOwn()
    {
        Parameter fast = WithGradient(1, 1), slow = WithGradient(1, 1), plain = WithGradient(1, 1);
        using SGD optimizer = optim.SGD(
            [new SGD.ParamGroup([fast], lr: 1), new SGD.ParamGroup([slow], new SGD.Options { LearningRate = 0.25 }), new SGD.ParamGroup { Parameters = [plain] }], 0.5);
        Assert.Equal([1, 0.25, 0.5], optimizer.ParamGroups.Select(group => group.LearningRate));
        Assert.Equal([1, 0.25, 0.5], optimizer.ParamGroups.Select(group => group.InitialLearningRate));
        optimizer.step();
        Assert.Equal([0f, 0.75f, 0.5f], new[] { fast, slow, plain }.Select(p => Values(p)[0]));

        foreach (var group in optimizer.ParamGroups)
            group.LearningRate = 0;
        optimizer.step();
        Assert.Equal([0f, 0.75f, 0.5f], new[] { fast, slow, plain }.Select(p => Values(p)[0]));
        Assert.Equal([fast, slow, plain], optimizer.parameters());
    }

    [Fact]
    public void AGroupsOpenOptionsAreTheOptimizers()
    {
        var group = new AdamW.ParamGroup([WithGradient(1, 1)], new AdamW.Options { weight_decay = 0.3 });
        using AdamW optimizer = optim.AdamW([group], lr: 0.2, beta1: 0.7, weight_decay: 0.1, maximize: true);
        Assert.Equal((0.7, 0.999), group.Betas);
        Assert.Equal(0.3, group.Options.weight_decay);
        Assert.True(group.Options.maximize);
        optimizer.Betas = (0.5, 0.6);
        Assert.Equal((0.5, 0.6), group.Betas);
    }

    [Fact]
    public void AGroupCanBeAddedLater()
    {
        Parameter first = WithGradient(1, 1), second = WithGradient(1, 1);
        using AdamW optimizer = optim.AdamW([first], lr: 0.1);
        optimizer.add_param_group(new AdamW.ParamGroup([second], lr: 0.2));
        optimizer.step();
        Assert.Equal(0.9f, Values(first)[0], 1e-6f);
        Assert.Equal(0.8f, Values(second)[0], 1e-6f);
        Assert.Throws<ArgumentException>(() => optimizer.add_param_group(new AdamW.ParamGroup([first])));
    }

    [Fact]
    public void OptionsOutOfRangeAreRefused()
    {
        Parameter[] p = [new Parameter(ones(1))];
        Assert.Throws<ArgumentException>(() => optim.AdamW(p, lr: -1));
        Assert.Throws<ArgumentException>(() => optim.AdamW(p, beta1: 1));
        Assert.Throws<ArgumentException>(() => optim.AdamW(p, beta2: -0.1));
        Assert.Throws<ArgumentException>(() => optim.AdamW(p, eps: double.NaN));
        Assert.Throws<ArgumentException>(() => optim.SGD(p, 0.1, nesterov: true));
        Assert.Throws<ArgumentException>(() => optim.SGD([.. p, .. p], 0.1));
    }

    [Fact]
    public void TheClosuresLossComesBackAndIsComputedWithGradients()
    {
        Parameter parameter = new(full(1, 3f));
        using SGD optimizer = optim.SGD([parameter], 0.5);
        using var guard = no_grad();
        Tensor? loss = optimizer.step(() =>
        {
            optimizer.zero_grad();
            Tensor square = (parameter * parameter).sum();
            square.backward();
            return square;
        });
        Assert.Equal(9, loss!.item<float>());
        Assert.Equal([0f], Values(parameter));
        Assert.Null(optimizer.step());
        Assert.Equal([6f], Values(parameter.grad!));
        optimizer.zero_grad();
        Assert.Equal([0f], Values(parameter.grad!));
    }

    [Fact]
    public void AStepInvalidatesGraphsThatSavedTheParameter()
    {
        Parameter parameter = WithGradient(2, 1);
        using AdamW optimizer = optim.AdamW([parameter]);
        Tensor saved = (parameter * parameter).sum();
        optimizer.step();
        var error = Assert.Throws<ExternalException>(() => saved.backward());
        Assert.Contains("modified by an inplace operation", error.Message);
        Assert.True(parameter.is_leaf);
        Assert.True(parameter.requires_grad);
    }

    [Fact]
    public void SparseGradientsAreRefused()
    {
        using var table = nn.Embedding(4, 2, sparse: true);
        using AdamW optimizer = optim.AdamW(table.parameters());
        table.call(tensor(new long[] { 1 })).sum().backward();
        Assert.Throws<ExternalException>(() => optimizer.step());
    }

    [Fact]
    public void ADisposedParameterIsAnError()
    {
        Parameter parameter = WithGradient(1, 1);
        using AdamW optimizer = optim.AdamW([parameter]);
        parameter.Dispose();
        Assert.Throws<ObjectDisposedException>(() => optimizer.step());
    }

    public static TheoryData<string> Kinds => ["AdamW", "SGD"];

    private static OptimizerHelper Make(string kind, IEnumerable<Parameter> parameters) => kind switch
    {
        "AdamW" => optim.AdamW(parameters, amsgrad: true, weight_decay: 0.1),
        _ => optim.SGD(parameters, 0.1, momentum: 0.9, dampening: 0.3),
    };

    private static void Train(OptimizerHelper optimizer, int from, int to)
    {
        for (int step = from; step < to; step++)
        {
            foreach (Parameter parameter in optimizer.parameters())
                parameter.grad = (parameter.detach() + step).sin();
            if (step % 3 == 0)
                optimizer.parameters().Last().grad = null;
            optimizer.step();
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ResumedEqualsUninterrupted(string kind)
    {
        Parameter[] New()
        {
            manual_seed(9);
            return [new(randn(5, 3)), new(randn(4)), new(randn(2))];
        }
        Parameter[] whole = New(), first = New();
        using OptimizerHelper uninterrupted = Make(kind, whole);
        Train(uninterrupted, 0, 12);

        using OptimizerHelper interrupted = Make(kind, first);
        Train(interrupted, 0, 5);
        using var stream = new MemoryStream();
        interrupted.save_state_dict(new BinaryWriter(stream));
        interrupted.ParamGroups.First().LearningRate = 99;

        foreach (bool throughAFile in new[] { true, false })
        {
            Parameter[] second = [.. first.Select(p => new Parameter(p.detach().clone()))];
            using OptimizerHelper resumed = Make(kind, second);
            if (throughAFile)
            {
                stream.Position = 0;
                resumed.load_state_dict(new BinaryReader(stream));
                interrupted.load_state_dict(resumed.state_dict());
            }
            else
            {
                resumed.load_state_dict(interrupted.state_dict());
            }
            Assert.All(resumed.state_dict().State.Zip(interrupted.state_dict().State), pair => Assert.True(pair.First.ApproximatelyEquals(pair.Second)));
            Train(resumed, 5, 12);
            Assert.Equal(whole.Select(Values), second.Select(Values));
        }
    }

    [Fact]
    public void StateOfOtherGroupsIsRefused()
    {
        Parameter a = new(ones(1)), b = new(ones(1));
        using AdamW one = optim.AdamW([a]), two = optim.AdamW([a, b]);
        using AdamW groups = optim.AdamW([new AdamW.ParamGroup([a]), new AdamW.ParamGroup([b])]);
        Assert.Throws<ArgumentException>(() => one.load_state_dict(two.state_dict()));
        Assert.Throws<ArgumentException>(() => two.load_state_dict(groups.state_dict()));
    }
}
