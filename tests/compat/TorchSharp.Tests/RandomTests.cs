using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TorchSharp.Tests;

/// <summary>Runs alone: the default generator belongs to the whole process.</summary>
public class RandomTests
{
    public static TheoryData<string> Sources => ["rand", "randn", "randint", "randperm", "normal", "bernoulli", "multinomial", "uniform_", "dropout", "rand_like"];

    private static Tensor Draw(string source) => source switch
    {
        "rand" => rand(20), "randn" => randn(20), "randint" => randint(1000, [20]), "randperm" => randperm(20),
        "normal" => normal(1, 2, [20]),
        "bernoulli" => full([200], 0.5).bernoulli(), "multinomial" => ones(30).multinomial(20), "uniform_" => empty(20).uniform_(-1, 1),
        "dropout" => F.dropout(ones(200)), "rand_like" => ones(20).rand_like(), _ => throw new ArgumentException(source),
    };

    [Theory]
    [MemberData(nameof(Sources))]
    public void ASeedAndARestoredStateGiveTheSameNumbers(string source)
    {
        using var _ = NewDisposeScope();
        manual_seed(42);
        Tensor first = Draw(source), state = get_rng_state(), second = Draw(source);
        Assert.False(first.Equals(second));
        set_rng_state(state);
        Assert.True(second.Equals(Draw(source)));
        Assert.Equal(42, random.manual_seed(42).initial_seed());
        Assert.True(first.Equals(Draw(source)));
        Assert.Equal(42, initial_seed());
        Assert.NotEqual(42, seed());
    }

    [Fact]
    public void AGeneratorOfItsOwnLeavesTheDefaultOneAlone()
    {
        using var _ = NewDisposeScope();
        using var own = new Generator(5);
        manual_seed(1);
        Tensor expected = rand(5);
        manual_seed(1);
        Tensor first = rand(5, generator: own), state = own.get_state(), second = rand(5, generator: own);
        Assert.True(expected.Equals(rand(5)));
        own.set_state(state);
        Assert.True(second.Equals(rand(5, generator: own)));
        Assert.True(first.Equals(rand(5, generator: own.manual_seed(5))));
        Assert.Equal(5, own.initial_seed());
        using var same = new Generator(5);
        Assert.True(first.Equals(rand(5, generator: same)));
        Assert.Equal(DeviceType.CPU, own.device.type);
        own.Dispose();
        Assert.ThrowsAny<InvalidOperationException>(() => own.seed());
    }

    [Fact]
    public void NumbersHaveTheRangeAndMomentsOfTheirDistribution()
    {
        using var _ = NewDisposeScope();
        manual_seed(7);
        Tensor u = rand(20000), n = randn(20000), i = randint(3, 8, [20000]), b = full([20000], 0.25).bernoulli(), e = empty(20000).exponential_(2);
        Assert.InRange(u.min().ToSingle(), 0, 0.01);
        Assert.InRange(u.max().ToSingle(), 0.99, 1);
        Assert.InRange(n.mean().ToSingle(), -0.03, 0.03);
        Assert.InRange(n.std().ToSingle(), 0.97, 1.03);
        Assert.Equal((3L, 7L), (i.min().ToInt64(), i.max().ToInt64()));
        Assert.InRange(b.mean().ToSingle(), 0.23, 0.27);
        Assert.InRange(e.mean().ToSingle(), 0.48, 0.52);
        Assert.Equal(Enumerable.Range(0, 50).Select(k => (long)k), randperm(50).sort().Values.data<long>().ToArray());
        Assert.Equal([1L, 1, 1], tensor(new[] { 0f, 1, 0 }).multinomial(3, replacement: true).data<long>().ToArray());
        Tensor m = normal(tensor(new[] { 0f, 100 }), tensor(new[] { 0f, 0.001f }));
        Assert.Equal(0, m[0].ToSingle());
        Assert.InRange(m[1].ToSingle(), 99.9, 100.1);
        Assert.InRange(empty(1000).random_(10, 20).min().ToSingle(), 10, 10);
        Assert.InRange(zeros(1000).bernoulli_(0.5).mean().ToSingle(), 0.4, 0.6);
        Assert.Equal(ScalarType.Int64, ones(3).randint_like(0, 5, ScalarType.Int64).dtype);
        Assert.True(randn([2], requires_grad: true).requires_grad && normal(0, 1, [2], requires_grad: true).is_leaf);
    }

    [Fact]
    public void DropoutsGradientIsItsMaskOverWhatRemains()
    {
        using var _ = NewDisposeScope();
        manual_seed(8);
        Tensor x = ones([100], ScalarType.Float64, requires_grad: true), y = F.dropout(x, 0.2);
        y.sum().backward();
        Assert.True(y.detach().Equals(x.grad!));
        Assert.Equal([0, 1.25], y.unique().output.data<double>().ToArray());
        Tensor z = ones(100);
        Assert.Same(z, F.dropout(z, 0.5, inplace: true));
        Assert.Equal([0f, 2], z.unique().output.data<float>().ToArray());
    }
}
