using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Tests;

/// <summary>How many native tensors live after modules, optimizers and scopes are gone.</summary>
public class NnLifetimeTests
{
    private static void AssertLeavesNothing(Action action)
    {
        action();
        // What the action left to the finalizer would be found by neither count, so no collection comes between them.
        long before = LiveTensors.Settled();
        action();
        Assert.Equal(before, Tensor.TotalCount);
    }

    private static Sequential Model() => Sequential(Linear(4, 8), GELU(), LayerNorm(8), Dropout(0.1), Linear(8, 3));

    [Fact]
    public void ADisposedModuleLeavesNothing() => AssertLeavesNothing(() =>
    {
        using Sequential model = Model();
        using Embedding table = Embedding(4, 4, padding_idx: 0);
    });

    [Fact]
    public void AForwardPassInAScopeLeavesNothing() => AssertLeavesNothing(() =>
    {
        using Sequential model = Model();
        using var scope = NewDisposeScope();
        model.call(ones(2, 4)).sum().backward();
    });

    [Fact]
    public void SequentialFreesWhatLiesBetween()
    {
        using Sequential model = Model();
        using Tensor input = ones(2, 4);
        AssertLeavesNothing(() => model.call(input).Dispose());
    }

    [Fact]
    public void ModulesOutliveTheScopeTheyAreMadeIn()
    {
        Sequential model;
        using (NewDisposeScope())
        {
            model = Model();
            model.register_buffer("count", zeros(1));
            model.get_parameter("0.weight")!.grad = ones(8, 4);
        }
        using (model)
        {
            Assert.All(model.parameters().Concat(model.buffers()), tensor => Assert.False(tensor.IsInvalid));
            Assert.Equal([2, 3], model.call(ones(2, 4)).shape);
        }
        Assert.All(model.named_children(), child => Assert.All(child.module.state_dict().Values, tensor => Assert.True(tensor.IsInvalid)));
    }

    [Fact]
    public void AParameterTakesItsTensorsPlaceInTheScope()
    {
        Parameter inside, outside = new(ones(1));
        using (NewDisposeScope())
            inside = new Parameter(ones(1));
        Assert.True(inside.IsInvalid);
        Assert.False(outside.IsInvalid);
        outside.Dispose();
    }

    [Theory]
    [InlineData("AdamW")]
    [InlineData("SGD")]
    public void TrainingLeavesNothing(string kind) => AssertLeavesNothing(() =>
    {
        using Sequential model = Model();
        using OptimizerHelper optimizer = kind == "AdamW" ? optim.AdamW(model.parameters(), amsgrad: true) : optim.SGD(model.parameters(), 0.1, momentum: 0.9);
        for (int step = 0; step < 3; step++)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            model.call(randn(5, 4)).square().mean().backward();
            utils.clip_grad_norm_(model.parameters(), 1);
            optimizer.step();
        }
    });

    [Fact]
    public void OptimizerStateOutlivesTheScopeOfItsFirstStep()
    {
        using Linear linear = Linear(2, 2);
        using AdamW optimizer = optim.AdamW(linear.parameters());
        for (int step = 0; step < 2; step++)
        {
            using var scope = NewDisposeScope();
            linear.call(ones(1, 2)).sum().backward();
            optimizer.step();
        }
        Assert.Equal(2, ((AdamW.State)optimizer.state_dict().State[0]).step);
    }

    [Fact]
    public void StateInFilesLeavesNothing()
    {
        using Sequential source = Model(), target = Model();
        using AdamW optimizer = optim.AdamW(source.parameters());
        AssertLeavesNothing(() =>
        {
            using var stream = new MemoryStream();
            source.save(stream);
            stream.Position = 0;
            target.load(stream);
            using var state = new MemoryStream();
            optimizer.save_state_dict(new BinaryWriter(state));
            state.Position = 0;
            optimizer.load_state_dict(new BinaryReader(state));
        });
    }

    [Fact]
    public void MovingFreesTheOldTensors()
    {
        AssertLeavesNothing(() =>
        {
            using Sequential model = Model();
            using var scope = NewDisposeScope();
            model.call(ones(2, 4)).sum().backward();
            model.@double().@float();
        });
    }
}
