using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tasks.LanguageModels;
using Microsoft.ML.KappaTune.Tests.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Tasks.LanguageModels;

/// <summary>The loss in pieces of rows against that of all rows at once.</summary>
public sealed class GuessLossTests
{
    private const int Rows = 33;
    private const double Factor = 0.25, Tolerance = 1e-10;

    [Theory]
    [InlineData("plain", 7)]
    [InlineData("tied", 7)]
    [InlineData("gemma 2", 5)]
    [InlineData("gpt-2", 1)]
    [InlineData("tied", 100)]
    public void Loss_and_gradients_are_those_of_all_rows_at_once(string variant, int rowsAtOnce)
    {
        using var scope = NewDisposeScope();
        using CausalLanguageModel model = SmallDecoder.Model(SmallDecoder.Config(variant), ScalarType.Float64);
        (Tensor states, Tensor targets) = Sample(model);
        states.requires_grad = true;
        Tensor expected = nn.functional.cross_entropy(model.Head(states), targets, reduction: nn.Reduction.Sum).mul(Factor);
        expected.backward();
        Dictionary<string, Tensor?> gradients = Taken(model);
        Tensor byStates = states.grad!.clone();

        (double loss, Tensor? gradient) = InPieces(model, rowsAtOnce).Backward(states, targets, Factor);
        Assert.Equal(expected.item<double>(), loss, Tolerance);
        Assert.InRange(StoredTensors.Difference(gradient!, byStates), 0, Tolerance);
        foreach ((string name, Tensor? its) in Taken(model))
        {
            Assert.Equal(gradients[name] is null, its is null);
            if (its is not null)
                Assert.InRange(StoredTensors.Difference(its, gradients[name]!), 0, Tolerance);
        }
    }

    [Fact]
    public void States_without_a_history_get_no_gradient_and_the_head_does()
    {
        using var scope = NewDisposeScope();
        using CausalLanguageModel model = SmallDecoder.Model(SmallDecoder.Config("plain"), ScalarType.Float64);
        (Tensor states, Tensor targets) = Sample(model);
        (_, Tensor? gradient) = InPieces(model, 4).Backward(states, targets, Factor);
        Assert.Null(gradient);
        Assert.NotEqual(0, Taken(model)["lm_head.weight"]!.abs().sum().item<double>());
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("gemma 2")]
    public void Measurements_are_those_of_all_rows_at_once(string variant)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using CausalLanguageModel model = SmallDecoder.Model(SmallDecoder.Config(variant), ScalarType.Float64);
        (Tensor states, Tensor targets) = Sample(model);
        Tensor logits = model.Head(states), best = logits.argmax(-1);
        // Some are right.
        targets = where(arange(0, Rows, dtype: ScalarType.Int64).remainder(3).eq(0), best, targets);
        Tensor expected = nn.functional.cross_entropy(logits, targets, reduction: nn.Reduction.None);
        (Tensor losses, Tensor isRight) = InPieces(model, 7).Measure(states, targets);
        Assert.InRange(StoredTensors.Difference(losses, expected), 0, Tolerance);
        Assert.Equal(best.eq(targets).data<bool>().ToArray(), isRight.data<bool>().ToArray());
        Assert.InRange(StoredTensors.Difference(InPieces(model, 7).Losses(states, targets), expected), 0, Tolerance);
    }

    [Theory]
    [InlineData(7, new long[] { 6, 7, 6, 7, 7 })]
    [InlineData(32, new long[] { 16, 17 })]
    [InlineData(33, new long[] { 33 })]
    public void The_head_takes_no_more_rows_at_once_than_allowed(int rowsAtOnce, long[] expected)
    {
        using var scope = NewDisposeScope();
        using CausalLanguageModel model = SmallDecoder.Model(SmallDecoder.Config("plain"));
        (Tensor states, Tensor targets) = Sample(model);
        using var counter = new RowCounter(model.Decoder.Config.VocabularySize);
        model.LinearLayers["lm_head"].Adapter = counter;
        states.requires_grad = true;
        model.HeadWeight.requires_grad = false;
        InPieces(model, rowsAtOnce).Backward(states, targets, Factor);
        Assert.Equal(expected, counter.Rows);
        counter.Rows.Clear();
        InPieces(model, rowsAtOnce).Measure(states, targets);
        Assert.Equal(expected, counter.Rows);
        // The gradient of a head that trains takes as much memory in each piece as the logits of 16 rows.
        counter.Rows.Clear();
        model.HeadWeight.requires_grad = true;
        InPieces(model, rowsAtOnce).Backward(states, targets, Factor);
        Assert.Equal(rowsAtOnce < 16 ? [11, 11, 11] : expected, counter.Rows);
    }

    [Fact]
    public void Only_results_are_left()
    {
        using var scope = NewDisposeScope();
        using CausalLanguageModel model = SmallDecoder.Model(SmallDecoder.Config("tied"));
        (Tensor states, Tensor targets) = Sample(model);
        states.requires_grad = true;
        // Gradients of parameters are made once.
        InPieces(model, 5).Backward(states, targets, Factor).Gradient!.Dispose();
        long before = LiveTensors.Settled();
        InPieces(model, 5).Backward(states, targets, Factor).Gradient!.Dispose();
        InPieces(model, 5).Losses(states, targets).Dispose();
        LiveTensors.AssertAre(before);
    }

    private static GuessLoss InPieces(CausalLanguageModel model, int rows) =>
        new(model, (rows + 1) * model.Decoder.Config.VocabularySize - 1);

    private static (Tensor States, Tensor Targets) Sample(CausalLanguageModel model)
    {
        using var generator = new Generator(7);
        var random = new Random(7);
        DecoderConfig config = model.Decoder.Config;
        long[] targets = [.. Enumerable.Range(0, Rows).Select(_ => (long)random.Next(config.VocabularySize))];
        return (randn(Rows, config.HiddenSize, model.Stack.WordEmbeddings.dtype, generator: generator),
            tensor(targets));
    }

    /// <summary>The parameters' gradients, which are taken from them.</summary>
    private static Dictionary<string, Tensor?> Taken(CausalLanguageModel model)
    {
        var taken = new Dictionary<string, Tensor?>();
        foreach ((string name, Parameter parameter) in model.named_parameters())
        {
            taken.Add(name, parameter.grad?.clone());
            parameter.grad = null;
        }

        return taken;
    }

    /// <summary>Changes nothing, and remembers how many rows came.</summary>
    private sealed class RowCounter(long outputs) : nn.Module<Tensor, Tensor>(nameof(RowCounter))
    {
        public List<long> Rows { get; } = [];

        public override Tensor forward(Tensor input)
        {
            Rows.Add(input.shape[0]);
            return zeros(input.shape[0], outputs, input.dtype);
        }
    }
}
