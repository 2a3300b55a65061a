using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Tests;

public class NnStateTests
{
    private static Sequential Model() => Sequential(("first", Linear(3, 4)), ("norm", LayerNorm(4)), ("last", Linear(4, 2, hasBias: false)));

    private static float[] Values(Tensor tensor) => tensor.detach().reshape(-1).data<float>().ToArray();

    private static void AssertSame(Module expected, Module actual)
    {
        foreach ((string name, Tensor value) in expected.state_dict())
            Assert.Equal(Values(value), Values(actual.state_dict()[name]));
    }

    [Fact]
    public void LoadingCopiesValues()
    {
        using Sequential source = Model(), target = Model();
        (IList<string> missing, IList<string> unexpected) = target.load_state_dict(source.state_dict());
        Assert.Empty(missing.Concat(unexpected));
        AssertSame(source, target);
        Assert.NotSame(source.get_parameter("last.weight"), target.get_parameter("last.weight"));
        Assert.True(target.get_parameter("last.weight")!.requires_grad);
    }

    [Fact]
    public void NamesMustFitWhereStrict()
    {
        using Sequential model = Model();
        Dictionary<string, Tensor> state = model.state_dict();
        state.Remove("norm.bias");
        state.Add("more", state["last.weight"]);
        Assert.Throws<InvalidOperationException>(() => model.load_state_dict(state));
        (IList<string> missing, IList<string> unexpected) = model.load_state_dict(state, strict: false);
        Assert.Equal(["norm.bias"], missing);
        Assert.Equal(["more"], unexpected);
        Assert.Empty(model.load_state_dict(state, skip: ["norm.bias", "more"]).missing_keys);
    }

    [Fact]
    public void LoadingConvertsTypes()
    {
        using Sequential source = Model(), target = Model().@double();
        target.load_state_dict(source.state_dict());
        Assert.Equal(ScalarType.Float64, target.get_parameter("norm.weight")!.dtype);
        Assert.Equal(Values(source.get_parameter("first.weight")!), Values(target.get_parameter("first.weight")!.@float()));
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    public void SavedAndLoadedIsTheSame(ScalarType type)
    {
        using Sequential source = Model().to(type), target = Model().to(type);
        source.register_buffer("count", tensor(7L));
        target.register_buffer("count", tensor(0L));
        using var stream = new MemoryStream();
        source.save(stream);
        stream.Position = 0;
        target.load(stream);
        foreach ((string name, Tensor value) in source.state_dict())
            Assert.Equal(value.bytes.ToArray(), target.state_dict()[name].bytes.ToArray());
        Assert.Equal(stream.Length, stream.Position);
    }

    [Fact]
    public void AFileHoldsCountNamesTypesShapesAndBytes()
    {
        using Linear linear = Linear(2, 1);
        init.constant_(linear.weight, 1);
        init.constant_(linear.bias!, 2);
        using var stream = new MemoryStream();
        linear.save(stream);
        byte[] expected =
        [
            2,
            6, .. "weight"u8, (byte)ScalarType.Float32, 2, 1, 2, .. BitConverter.GetBytes(1f), .. BitConverter.GetBytes(1f),
            4, .. "bias"u8, (byte)ScalarType.Float32, 1, 1, .. BitConverter.GetBytes(2f),
        ];
        Assert.Equal(expected, stream.ToArray());
    }

    [Fact]
    public void SizesAbove127TakeSeveralBytes()
    {
        using Embedding source = Embedding(300, 2), target = Embedding(300, 2);
        using var stream = new MemoryStream();
        source.save(stream);
        Assert.Equal([0xac, 0x02], stream.ToArray()[10..12]);
        stream.Position = 0;
        target.load(stream);
        AssertSame(source, target);
    }

    [Fact]
    public void FilesWorkByPath()
    {
        string path = Path.GetTempFileName();
        try
        {
            using Sequential source = Model(), target = Model();
            source.save(path, skip: ["last.weight"]);
            var loaded = new Dictionary<string, bool>();
            Assert.Same(target, target.load(path, strict: false, loadedParameters: loaded));
            Assert.False(loaded["last.weight"]);
            Assert.Equal(4, loaded.Values.Count(done => done));
            Assert.Equal(Values(source.get_parameter("norm.bias")!), Values(target.get_parameter("norm.bias")!));
            Assert.NotEqual(Values(source.get_parameter("last.weight")!), Values(target.get_parameter("last.weight")!));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void AFileOfAnotherModelIsRefused()
    {
        byte[] Saved(Module module)
        {
            using (module)
            {
                var stream = new MemoryStream();
                module.save(stream);
                return stream.ToArray();
            }
        }
        using Linear target = Linear(2, 3);
        void Load(byte[] file) => target.load(new MemoryStream(file));

        Assert.Throws<ArgumentException>(() => Load(Saved(Linear(2, 4))));
        Assert.Throws<ArgumentException>(() => Load(Saved(Linear(2, 3, hasBias: false))));
        Assert.Throws<ArgumentException>(() => Load(Saved(Linear(2, 3).@double())));
        Assert.Throws<ArgumentException>(() => Load(Saved(Sequential(("weights", Linear(2, 3))))));
        Assert.Throws<EndOfStreamException>(() => Load(Saved(Linear(2, 3))[..^1]));
    }

    [Fact]
    public void NonContiguousTensorsAreSavedInRowMajorOrder()
    {
        using Linear source = Linear(2, 3), target = Linear(2, 3);
        source.weight = Parameter(arange(6, dtype: ScalarType.Float32).reshape(2, 3).t());
        using var stream = new MemoryStream();
        source.save(stream);
        stream.Position = 0;
        target.load(stream);
        Assert.Equal([0, 3, 1, 4, 2, 5], Values(target.weight));
    }

    [Fact]
    public void MovingToATypeKeepsGradientsNamesAndTies()
    {
        using Linear a = Linear(2, 2), b = Linear(2, 2);
        b.weight = a.weight;
        using Sequential both = Sequential(a, b);
        both.register_buffer("count", tensor(1L));
        both.call(ones(1, 2)).sum().backward();
        float[] gradient = Values(a.weight.grad!);
        Parameter old = a.weight;

        both.to(ScalarType.Float64);
        Assert.Same(a.weight, b.weight);
        Assert.NotSame(old, a.weight);
        Assert.Equal(ScalarType.Float64, a.weight.dtype);
        Assert.Equal(gradient, Values(a.weight.grad!.@float()));
        Assert.Equal(ScalarType.Int64, both.get_buffer("count")!.dtype);
        Assert.Equal(["0.weight", "0.bias", "1.bias"], both.named_parameters().Select(p => p.name));

        Parameter same = a.weight;
        both.to(ScalarType.Float64).cpu();
        Assert.Same(same, a.weight);
        Assert.Throws<ArgumentException>(() => both.to(ScalarType.Int32));
    }

    [Fact]
    public void ConversionSetsThePropertyOfTheNameOrElseTheField()
    {
        using var field = new WithField();
        field.to(ScalarType.Float64);
        Assert.Same(field.get_parameter("weight"), field.Weight);
        Assert.Equal(ScalarType.Float64, field.Weight.dtype);

        using var property = new WithProperty();
        property.to(ScalarType.Float64);
        Assert.Equal(ScalarType.Float64, property.weight.dtype);

        using var readOnly = new WithReadOnlyProperty();
        Assert.Throws<ArgumentException>(() => readOnly.to(ScalarType.Float64));
    }

    private sealed class WithField : Module
    {
        [ComponentName(Name = "weight")] private readonly Parameter _weight = new(zeros(2));

        public WithField() : base(nameof(WithField)) => RegisterComponents();

        public Parameter Weight => _weight;
    }

    private sealed class WithProperty : Module
    {
        public WithProperty() : base(nameof(WithProperty)) => register_parameter("weight", weight);

        public Parameter weight { get; set; } = new(zeros(2));
    }

    private sealed class WithReadOnlyProperty : Module
    {
        public WithReadOnlyProperty() : base(nameof(WithReadOnlyProperty)) => register_parameter("weight", weight);

        public Parameter weight { get; } = new(zeros(2));
    }
}
