using Microsoft.ML.KappaTune.Layers;
using TorchSharp.Modules;
using TorchSharp.Utils;

namespace Microsoft.ML.KappaTune.Adapters.Lora;

/// <summary>
/// Adds scale · B·A·x to a linear layer's output (Hu et al., arXiv:2106.09685). B is zero at first, so that an untrained adapter
/// changes nothing.
/// </summary>
internal sealed class LowRankAdapter : nn.Module<Tensor, Tensor>
{
    private const string NameOfA = "lora_A", NameOfB = "lora_B", NameOfMagnitude = "lora_magnitude_vector";

    private readonly LinearLayer _layer;

    // By these names a conversion finds the fields.
    [ComponentName(Name = NameOfA)] private readonly Parameter? _a;
    [ComponentName(Name = NameOfB)] private readonly Parameter _b;
    [ComponentName(Name = NameOfMagnitude)] private readonly Parameter? _magnitude;

    /// <summary>An adapter of the layer's shape, type and device; A is zero as well until it is drawn or read.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="settings">Rank and strength.</param>
    /// <param name="owner">
    /// The adapter whose A this one computes with; null for one of its own. PEFT has one A for an expert's gate and other projection,
    /// which are one tensor to it.
    /// </param>
    public LowRankAdapter(LinearLayer layer, LoraSettings settings, LowRankAdapter? owner = null) : base(nameof(LowRankAdapter))
    {
        Settings = settings;
        Owner = owner;
        _layer = layer;
        if (owner is null)
        {
            _a = new Parameter(zeros(settings.Rank, layer.Inputs, dtype: layer.Weight.dtype, device: layer.Device));
            register_parameter(NameOfA, _a);
        }

        _b = new Parameter(zeros(layer.Outputs, settings.Rank, dtype: layer.Weight.dtype, device: layer.Device));
        register_parameter(NameOfB, _b);
        if (!settings.HasMagnitudes)
            return;
        _magnitude = new Parameter(zeros(layer.Outputs, dtype: layer.Weight.dtype, device: layer.Device));
        register_parameter(NameOfMagnitude, _magnitude);
    }

    public LoraSettings Settings { get; }

    /// <summary>The adapter whose A is this one's, too; null where it has its own.</summary>
    public LowRankAdapter? Owner { get; }

    /// <summary>[rank, inputs].</summary>
    public Parameter A => Owner?.A ?? _a!;

    /// <summary>[outputs, rank].</summary>
    public Parameter B => _b;

    /// <summary>[outputs], the lengths of the changed weight's rows; null where these are what they come to.</summary>
    public Parameter? Magnitude => _magnitude;

    /// <summary>
    /// Draws A, where it is its own, as PyTorch's linear layers draw theirs, uniformly within 1/√inputs; in float32 on the CPU, so that a
    /// seed gives the same values whatever the type and the device.
    /// </summary>
    public void Draw(Generator generator)
    {
        if (_a is null)
            return;
        using var guard = no_grad();
        double bound = 1 / Math.Sqrt(_a.shape[1]);
        using Tensor values = empty(_a.shape, dtype: ScalarType.Float32, device: CPU).uniform_(-bound, bound, generator);
        _a.copy_(values);
    }

    /// <summary>[..., inputs] to [..., outputs].</summary>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        if (training && Settings.Dropout > 0)
            input = DropoutMask.Apply(input, Settings.Dropout);
        // The narrow product is scaled, which costs less than scaling the wide one.
        Tensor narrow = nn.functional.linear(input, A).TimesInPlace(Settings.Scale);
        Tensor change = nn.functional.linear(narrow, _b);
        return (_magnitude is null ? change : Resized(input, change, _magnitude)).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// What is added where rows have given lengths m (DoRA, Liu et al., arXiv:2402.09353): m / ‖W + ΔW‖ · (Wx + ΔWx) − Wx.
    /// </summary>
    private Tensor Resized(Tensor input, Tensor change, Parameter magnitude)
    {
        Tensor plain = _layer.WeightProduct(input);
        return magnitude.div(Lengths()).mul(plain.Plus(change)).sub(plain);
    }

    /// <summary>The lengths of the rows of W + ΔW, which are constants to a gradient, as in the method.</summary>
    private Tensor Lengths()
    {
        using var guard = no_grad();
        return _layer.OfWeight(stored =>
        {
            Tensor weight = _layer.IsTransposed ? stored.t() : stored;
            return nn.functional.linear(_b, A.t()).TimesInPlace(Settings.Scale).PlusInPlace(weight).Squared().sum(1L).sqrt();
        });
    }

    /// <summary>All are registered by name in the constructor.</summary>
    protected override void RegisterComponents()
    {
    }
}

/// <summary>The size and strength of one adapter.</summary>
/// <param name="Rank">Rows of A and columns of B.</param>
/// <param name="Alpha">What the product is scaled by, before the rank counts.</param>
/// <param name="Dropout">The share of inputs that are dropped in training mode.</param>
/// <param name="IsRankStabilized">Whether the scale falls with the rank's root (Kalajdzievski, arXiv:2312.03732), not with it.</param>
/// <param name="HasMagnitudes">Whether the rows of the changed weight have lengths of their own, as DoRA trains them.</param>
internal sealed record LoraSettings(
    int Rank, double Alpha, double Dropout = 0, bool IsRankStabilized = false, bool HasMagnitudes = false)
{
    /// <summary>What B·A is multiplied by.</summary>
    public double Scale => Alpha / (IsRankStabilized ? Math.Sqrt(Rank) : Rank);
}
