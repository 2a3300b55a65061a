using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Tests.Spectra;
using Microsoft.ML.KappaTune.Training;
using Microsoft.ML.KappaTune.Training.Optimization;
using Microsoft.ML.KappaTune.Training.Resume;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Training;

/// <summary>Single experts of a stack train; the others, and all that training keeps of them, aren't touched.</summary>
public sealed class TensorSliceTests : IDisposable
{
    private const string Stack = "experts.down_proj", Plain = "gate.weight";
    private const int Experts = 4, Steps = 6;

    private static readonly TensorSlice[] Trained = [new(Stack, 3), new(Plain), new(Stack, 1)];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Selected_experts_train_as_tensors_of_their_own_would_and_the_others_keep_every_bit(bool isBFloat16)
    {
        using var scope = NewDisposeScope();
        using var model = new Model();
        Tensor before = model.Values(Stack);
        var frozen = new FrozenTensors(model, Trained, threads: 1);
        frozen.Remember();
        using (var weights = TrainedWeights.Create(model, Trained, head: [], adapters: null, isBFloat16))
        {
            Assert.Equal(2 * 30 + 12, weights.Count);
            Train(model, weights, isBFloat16);
            model.to(float32);
            weights.CopyTo(model);
        }

        // As tensors of their own: the same numbers in the same operations.
        using var apart = new Model(isSplit: true);
        string[] names = [.. Trained.Select(slice => apart.NameOf(slice))];
        using (var weights = TrainedWeights.Create(
            apart, names.Select(name => new TensorSlice(name)), head: [], adapters: null, isBFloat16))
        {
            Train(apart, weights, isBFloat16);
            apart.to(float32);
            weights.CopyTo(apart);
        }

        foreach (TensorSlice slice in Trained)
            Assert.Equal(Bits(apart.Values(apart.NameOf(slice))), Bits(slice.In(model.Values(slice.Name))));
        foreach (int expert in new[] { 1, 3 })
            Assert.NotEqual(Bits(before[expert]), Bits(model.Values(Stack)[expert]));
        if (isBFloat16)
            return; // The rest was rounded; a run reads it from the base's files again.
        frozen.Check();
        foreach (int expert in new[] { 0, 2 })
            Assert.Equal(Bits(before[expert]), Bits(model.Values(Stack)[expert]));
    }

    [Fact]
    public void What_an_optimizer_keeps_and_a_state_holds_is_of_the_selected_experts_alone()
    {
        using var scope = NewDisposeScope();
        using var model = new Model();
        using var weights = TrainedWeights.Create(model, Trained, head: [], adapters: null, isBFloat16: false);
        using FlatAdamW optimizer = Train(model, weights, isBFloat16: false);
        Assert.InRange(optimizer.Groups.Sum(group => group.FirstMoments.NumberOfElements), 72, 72 + 3 * 15);

        string file = _folder.File("state.safetensors");
        SafetensorsWriter.Write(
            file,
            [.. weights.All.Select(weight => StateTensors.Source(weight.Name, weight.Master)),
                .. OptimizerState.Sources(weights, optimizer)]);
        using SafetensorsFile saved = SafetensorsFile.Open(file);
        string[] slices = [$"{Stack}[1]", $"{Stack}[3]", Plain];
        Assert.Equal(
            slices.SelectMany(name => new[] { name, $"first_moment/{name}", $"second_moment/{name}" }).Order(StringComparer.Ordinal),
            saved.Tensors.Select(view => view.Name).Order(StringComparer.Ordinal));
        Assert.All(
            saved.Tensors.Where(view => view.Name.Contains(Stack, StringComparison.Ordinal)), view => Assert.Equal([6L, 5L], view.Shape));

        // Restored into another process's model, it goes on bit for bit.
        using var other = new Model();
        using var others = TrainedWeights.Create(other, Trained, head: [], adapters: null, isBFloat16: false);
        using FlatAdamW resumed = others.NewOptimizer(0.01, 0.01, 0.1, beta2: 0.98);
        Dictionary<string, TensorView> views = StateTensors.ByName(saved);
        others.Restore([.. others.All.Select(weight => StateTensors.Load(views[weight.Name]))]);
        OptimizerState.Restore(others, resumed, views, OptimizerState.Steps(optimizer));
        Step(model, weights, optimizer, isBFloat16: false);
        Step(other, others, resumed, isBFloat16: false);
        Assert.Equal(Bits(model.Values(Stack)), Bits(other.Values(Stack)));
    }

    [Fact]
    public void A_change_of_an_expert_that_may_not_change_is_found()
    {
        using var scope = NewDisposeScope();
        using var model = new Model();
        var frozen = new FrozenTensors(model, Trained, threads: 1);
        frozen.Remember();
        Add(expert: 3);
        frozen.Check();
        Add(expert: 2);
        Assert.Contains($"{Stack}[2]", Assert.Throws<InvalidOperationException>(frozen.Check).Message);

        void Add(int expert)
        {
            using var mode = no_grad();
            new TensorSlice(Stack, expert).In(model.get_parameter(Stack)!)[1, 2].add_(1e-6f);
        }
    }

    private static FlatAdamW Train(Model model, TrainedWeights weights, bool isBFloat16)
    {
        FlatAdamW optimizer = weights.NewOptimizer(0.01, 0.01, 0.1, beta2: 0.98);
        for (int step = 0; step < Steps; step++)
            Step(model, weights, optimizer, isBFloat16);
        return optimizer;
    }

    private static void Step(Model model, TrainedWeights weights, FlatAdamW optimizer, bool isBFloat16)
    {
        using var scope = NewDisposeScope();
        weights.ClearGradients();
        for (int part = 0; part < 2; part++)
        {
            using Tensor input = TestCheckpoint.Gaussian(7, 5, part).to(isBFloat16 ? bfloat16 : float32);
            model.Loss(input).backward();
            weights.CollectGradients();
        }

        optimizer.Step();
        weights.Publish();
    }

    private static byte[] Bits(Tensor tensor) => tensor.detach().clone().bytes.ToArray();

    /// <summary>A gate and four experts, in one parameter or each in its own.</summary>
    private sealed class Model : nn.Module
    {
        private readonly bool _isSplit;

        public Model(bool isSplit = false) : base("model")
        {
            _isSplit = isSplit;
            Tensor stack = TestCheckpoint.Gaussian(Experts * 6, 5, 1).view(Experts, 6, 5);
            var experts = new Holder();
            if (!isSplit)
                experts.register_parameter("down_proj", nn.Parameter(stack));
            for (int expert = 0; isSplit && expert < Experts; expert++)
                experts.register_parameter($"{expert}", nn.Parameter(stack[expert].clone()));
            register_module("experts", experts);
            var gate = new Holder();
            gate.register_parameter("weight", nn.Parameter(TestCheckpoint.Gaussian(2, 6, 2)));
            register_module("gate", gate);
        }

        public string NameOf(TensorSlice slice) => slice.Expert is { } expert && _isSplit ? $"experts.{expert}" : slice.Name;

        public Tensor Values(string name) => get_parameter(name)!.detach().clone();

        public Tensor Loss(Tensor input)
        {
            Tensor gate = get_parameter(Plain)!, sum = zeros(7, 2, dtype: input.dtype);
            for (int expert = 0; expert < Experts; expert++)
            {
                var slice = new TensorSlice(Stack, expert);
                Tensor weight = _isSplit ? get_parameter(NameOf(slice))! : slice.In(get_parameter(Stack)!);
                sum = sum + nn.functional.linear(nn.functional.gelu(nn.functional.linear(input, weight)), gate);
            }

            return sum.square().sum();
        }
    }

    private sealed class Holder() : nn.Module("holder");
}
