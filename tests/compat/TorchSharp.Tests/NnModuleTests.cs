using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Tests;

public class NnModuleTests
{
    private sealed class Block : Module<Tensor, Tensor>
    {
        private readonly Linear inner = Linear(4, 4);
        [ComponentName(Name = "renamed")] private readonly LayerNorm _norm = LayerNorm(4);
        public readonly Parameter scale = Parameter(ones(4));
        private readonly Tensor steps = zeros(1, dtype: ScalarType.Int64);
        private readonly Linear? missing = null;

        public Block() : base("Block") => RegisterComponents();

        public bool HasMissing => missing is not null;
        public Tensor Steps => steps;
        public Parameter Inner => inner.weight;

        public override Tensor forward(Tensor input) => _norm.call(inner.call(input)) * scale;
    }

    private sealed class Model : Module<Tensor, Tensor>
    {
        private readonly Embedding embedding = Embedding(10, 4);
        private readonly ModuleList<Block> blocks = ModuleList(new Block(), new Block());
        private readonly ModuleDict<Linear> heads = ModuleDict(("b", Linear(4, 2, hasBias: false)), ("a", Linear(4, 3)));

        public Model() : base("Model") => RegisterComponents();

        public override Tensor forward(Tensor input) => heads["a"].call(blocks.Aggregate(embedding.call(input), (x, block) => block.call(x)));
    }

    private static readonly string[] ModelParameters =
    [
        "embedding.weight",
        "blocks.0.scale", "blocks.0.inner.weight", "blocks.0.inner.bias", "blocks.0.renamed.weight", "blocks.0.renamed.bias",
        "blocks.1.scale", "blocks.1.inner.weight", "blocks.1.inner.bias", "blocks.1.renamed.weight", "blocks.1.renamed.bias",
        "heads.b.weight", "heads.a.weight", "heads.a.bias",
    ];

    [Fact]
    public void ParametersAreNamedByFieldsOwnOnesFirst()
    {
        using var model = new Model();
        Assert.Equal(ModelParameters, model.named_parameters().Select(p => p.name));
        Assert.Equal(ModelParameters.Length, model.parameters().Count());
        Assert.Empty(model.named_parameters(recurse: false));
    }

    [Fact]
    public void BuffersAreTheTensorsThatAreNoParameters()
    {
        using var model = new Model();
        Assert.Equal(["blocks.0.steps", "blocks.1.steps"], model.named_buffers().Select(b => b.name));
    }

    [Fact]
    public void ModulesAreNamedDirectOnesFirst()
    {
        using var model = new Model();
        Assert.Equal(["embedding", "blocks", "heads"], model.named_children().Select(c => c.name));
        Assert.Equal(
            ["embedding", "blocks", "heads", "blocks.0", "blocks.1", "blocks.0.inner", "blocks.0.renamed",
             "blocks.1.inner", "blocks.1.renamed", "heads.b", "heads.a"],
            model.named_modules().Select(m => m.name));
        Assert.DoesNotContain(model, model.modules());
    }

    [Fact]
    public void StateDictionaryHoldsTheTensorsThemselves()
    {
        using var model = new Model();
        Dictionary<string, Tensor> state = model.state_dict(prefix: "m");
        Assert.Equal(
            ModelParameters.Concat(["blocks.0.steps", "blocks.1.steps"]).Select(name => "m." + name).Order(),
            state.Keys.Order());
        Assert.Same(model.get_parameter("heads.a.bias"), state["m.heads.a.bias"]);
    }

    [Fact]
    public void DottedNamesFindParametersAndBuffers()
    {
        using var model = new Model();
        Assert.Same(model.parameters().Last(), model.get_parameter("heads.a.bias"));
        Assert.True(model.has_parameter("blocks.1.scale"));
        Assert.True(model.has_buffer("blocks.1.steps"));
        Assert.False(model.has_parameter("blocks.1.steps"));
        Assert.False(model.has_parameter("blocks.7.scale"));
        Assert.Null(model.get_parameter("nothing"));
    }

    [Fact]
    public void ASharedParameterComesOnce()
    {
        using Linear a = Linear(3, 3), b = Linear(3, 3);
        b.weight = a.weight;
        using Sequential both = Sequential(a, b);
        Assert.Equal(["0.weight", "0.bias", "1.bias"], both.named_parameters().Select(p => p.name));
        Assert.Equal(4, both.state_dict().Count);
    }

    [Fact]
    public void TrainAndEvalReachAllModules()
    {
        using var model = new Model();
        Assert.True(model.training);
        model.eval();
        Assert.All(model.modules().Append(model), module => Assert.False(module.training));
        model.train();
        Assert.All(model.modules().Append(model), module => Assert.True(module.training));
    }

    [Fact]
    public void ApplyVisitsInnermostFirst()
    {
        using var model = new Model();
        var visited = new List<Module>();
        Assert.Same(model, model.apply(visited.Add));
        Assert.Same(model, visited[^1]);
        Assert.Equal(model.modules().Count() + 1, visited.Count);
        Assert.Equal("Linear", visited[1].GetName());
    }

    [Fact]
    public void NamesAreUniqueAndHaveNoDots()
    {
        using var model = new Model();
        using Linear linear = Linear(2, 2);
        using Tensor tensor = ones(1);
        Assert.Throws<ArgumentException>(() => model.register_module("heads", linear));
        Assert.Throws<ArgumentException>(() => model.register_module("a.b", linear));
        Assert.Throws<ArgumentException>(() => model.register_module("", linear));
        model.register_buffer("once", tensor);
        Assert.Throws<InvalidOperationException>(() => model.register_buffer("once", tensor));
        model.register_parameter("p", linear.weight);
        Assert.Throws<InvalidOperationException>(() => model.register_parameter("p", linear.weight));
    }

    [Fact]
    public void ABufferThatDoesNotPersistIsNoState()
    {
        using Linear linear = Linear(2, 2);
        linear.register_buffer("mask", ones(2), persistent: false);
        Assert.Equal(["mask"], linear.named_buffers().Select(b => b.name));
        Assert.Empty(linear.named_buffers(include_nonpersistent: false));
        Assert.Equal(["weight", "bias"], linear.state_dict().Keys);
    }

    [Fact]
    public void ModuleListKeepsNamesInStepWithPositions()
    {
        using Linear a = Linear(1, 1), b = Linear(1, 2), c = Linear(1, 3);
        using ModuleList<Linear> list = ModuleList(a, c);
        list.Insert(1, b);
        Assert.Equal(["0", "1", "2"], list.named_children().Select(child => child.name));
        Assert.Same(b, list[1]);
        Assert.True(list.Remove(a));
        list.append(a);
        Assert.Equal([b, c, a], list.children());
        Assert.Equal([b, c, a], list);
        Assert.Equal("2.bias", list.named_parameters().Last().name);
    }

    [Fact]
    public void ModuleDictKeepsItsOrder()
    {
        using Linear a = Linear(1, 1), b = Linear(1, 2);
        using ModuleDict<Linear> dict = ModuleDict(("z", a), ("y", b));
        Assert.Equal(["z", "y"], dict.keys());
        Assert.True(dict.ContainsKey("y"));
        Assert.True(dict.Remove("z"));
        dict["x"] = a;
        Assert.Equal(["y", "x"], dict.named_children().Select(child => child.name));
    }

    [Fact]
    public void ParameterListIsNamedByPositions()
    {
        using ParameterList list = ParameterList(Parameter(ones(1)), Parameter(ones(2)));
        Assert.Equal(["0", "1"], list.named_parameters().Select(p => p.name));
        Assert.Equal(2, list[1].numel());
        Assert.Equal(2, list.Count);
    }

    [Fact]
    public void HooksRunBeforeAndAfterAndCanReplace()
    {
        using Sequential module = Sequential(Identity());
        using Tensor one = ones(1);
        var calls = new List<string>();
        var all = module.register_forward_pre_hook(m => calls.Add("module before"));
        var before = module.register_forward_pre_hook((m, x) => { calls.Add("before"); return x + 1; });
        var after = module.register_forward_hook((m, x, y) => { calls.Add("after"); return x * 10; });
        Assert.Equal(20, module.call(one).item<float>());
        Assert.Equal(["module before", "before", "after"], calls);
        before.remove();
        Assert.Equal(10, module.call(one).item<float>());
        after.remove();
        all.remove();
        Assert.Equal(1, module.call(one).item<float>());
        Assert.Equal(5, calls.Count);
    }

    [Fact]
    public void HooksOfSeveralInputsReplaceThemTogether()
    {
        using MSELoss loss = MSELoss();
        using Tensor a = zeros(2), b = ones(2);
        loss.register_forward_pre_hook((m, x, y) => (x, y * 3));
        Assert.Equal(9, loss.call(a, b).item<float>());
        Assert.Equal(1, loss.forward(a, b).item<float>());
    }

    [Fact]
    public void ZeroGradRemovesOrClears()
    {
        using Linear linear = Linear(2, 1);
        linear.call(ones(1, 2)).sum().backward();
        linear.zero_grad(set_to_none: false);
        Assert.Equal([0f, 0f], linear.weight.grad!.data<float>().ToArray());
        linear.zero_grad();
        Assert.Null(linear.weight.grad);
    }
}
