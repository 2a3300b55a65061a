using Microsoft.ML.KappaTune.Layers;

namespace Microsoft.ML.KappaTune.Models;

/// <summary>What a parameter that no checkpoint has begins with.</summary>
internal enum InitialValue
{
    /// <summary>Normally distributed, with the configuration's standard deviation.</summary>
    Normal,
    Zero,
    One,
}

/// <summary>A parameter before it has memory: its full name, its shape and how it begins.</summary>
/// <param name="Name">As in a task model's checkpoint.</param>
/// <param name="Shape">Outermost first.</param>
/// <param name="Initial">How it begins where no checkpoint has it.</param>
/// <param name="ZeroRow">A row that begins with zeros all the same: the padding token's.</param>
/// <param name="Scale">A factor on what it begins with; null for the configuration's standard deviation where it is drawn, else 1.</param>
internal sealed record ParameterPlan(string Name, long[] Shape, InitialValue Initial, long? ZeroRow = null, double? Scale = null);

/// <summary>A leaf of a model, before it has memory: a model is listed first, compared with its checkpoint, and only then made.</summary>
/// <param name="Slot">What it is to the model.</param>
/// <param name="Name">What the family calls it: below its layer's path where it is in a layer.</param>
internal abstract record ModelPart(ModuleSlot Slot, string Name)
{
    /// <summary>The layer, counted from 0; null for what is in none.</summary>
    public int? Layer { get; init; }

    /// <summary>The expert of the layer, counted from 0; null for what is in none.</summary>
    public int? Expert { get; init; }

    /// <summary>The module's name in a checkpoint.</summary>
    public string Path { get; init; } = Name;

    /// <summary>The role of the module's weight.</summary>
    public TensorRole Role { get; init; } = Slot.Role();

    /// <summary>Whether a linear layer's weight stays codes.</summary>
    public bool IsPacked { get; init; }

    public abstract IEnumerable<ParameterPlan> Parameters { get; }

    /// <summary>The module, its parameters uninitialised.</summary>
    public abstract nn.Module Create(ScalarType dtype, Device device);

    public sealed record Linear(ModuleSlot Slot, string Name, long Inputs, long Outputs, bool HasBias = true) : ModelPart(Slot, Name)
    {
        public override IEnumerable<ParameterPlan> Parameters
        {
            get
            {
                yield return new($"{Path}.weight", [Outputs, Inputs], InitialValue.Normal);
                if (HasBias)
                    yield return new($"{Path}.bias", [Outputs], InitialValue.Zero);
            }
        }

        public override nn.Module Create(ScalarType dtype, Device device) =>
            new LinearLayer(Inputs, Outputs, HasBias, dtype, device, isPacked: IsPacked);
    }

    /// <summary>A linear layer whose weight is [inputs, outputs] (Conv1D in transformers).</summary>
    public sealed record TransposedLinear(ModuleSlot Slot, string Name, long Inputs, long Outputs) : ModelPart(Slot, Name)
    {
        public override IEnumerable<ParameterPlan> Parameters =>
        [
            new($"{Path}.weight", [Inputs, Outputs], InitialValue.Normal),
            new($"{Path}.bias", [Outputs], InitialValue.Zero),
        ];

        public override nn.Module Create(ScalarType dtype, Device device) =>
            new LinearLayer(Inputs, Outputs, hasBias: true, dtype, device, isTransposed: true, IsPacked);
    }

    /// <summary>A convolution over time.</summary>
    /// <param name="Size">Places that it looks at.</param>
    /// <param name="Stride">Places from one to the next.</param>
    public sealed record Convolution(ModuleSlot Slot, string Name, long Inputs, long Outputs, int Size, int Stride) : ModelPart(Slot, Name)
    {
        /// <summary>Groups of channels, of which each looks at its own alone.</summary>
        public int Groups { get; init; } = 1;

        /// <summary>Whether there are zeros before the first and after the last place.</summary>
        public bool IsPadded { get; init; } = true;

        public bool HasBias { get; init; } = true;

        public override IEnumerable<ParameterPlan> Parameters
        {
            get
            {
                yield return new($"{Path}.weight", [Outputs, Inputs / Groups, Size], InitialValue.Normal);
                if (HasBias)
                    yield return new($"{Path}.bias", [Outputs], InitialValue.Zero);
            }
        }

        public override nn.Module Create(ScalarType dtype, Device device) =>
            new ConvolutionLayer(Inputs, Outputs, Size, Stride, dtype, device, Groups, IsPadded, HasBias);
    }

    /// <summary>A norm of each channel over time.</summary>
    public sealed record TimeNorm(ModuleSlot Slot, string Name, long Size, double Eps) : ModelPart(Slot, Name)
    {
        public override IEnumerable<ParameterPlan> Parameters =>
        [
            new($"{Path}.weight", [Size], InitialValue.One),
            new($"{Path}.bias", [Size], InitialValue.Zero),
        ];

        public override nn.Module Create(ScalarType dtype, Device device) => new Layers.TimeNorm(Size, Eps, dtype, device);
    }

    /// <summary>A number that multiplies.</summary>
    /// <param name="Initial">What it is at first.</param>
    public sealed record Gain(ModuleSlot Slot, string Name, double Initial) : ModelPart(Slot, Name)
    {
        public override IEnumerable<ParameterPlan> Parameters =>
            [new($"{Path}.weight", [1], InitialValue.One, Scale: Initial)];

        public override nn.Module Create(ScalarType dtype, Device device) => new Layers.Gain(dtype, device);
    }

    public sealed record LayerNorm(ModuleSlot Slot, string Name, long Size, double Eps) : ModelPart(Slot, Name)
    {
        public override IEnumerable<ParameterPlan> Parameters =>
        [
            new($"{Path}.weight", [Size], InitialValue.One),
            new($"{Path}.bias", [Size], InitialValue.Zero),
        ];

        public override nn.Module Create(ScalarType dtype, Device device) => nn.LayerNorm(Size, Eps, device: device, dtype: dtype);
    }

    public sealed record RmsNorm(ModuleSlot Slot, string Name, long Size, double Eps, bool AddsOne = false) : ModelPart(Slot, Name)
    {
        public override IEnumerable<ParameterPlan> Parameters =>
            [new($"{Path}.weight", [Size], AddsOne ? InitialValue.Zero : InitialValue.One)];

        public override nn.Module Create(ScalarType dtype, Device device) => new Layers.RmsNorm(Size, Eps, dtype, device, AddsOne);
    }

    public sealed record Embedding(ModuleSlot Slot, string Name, long Rows, long Size, long? PaddingRow = null) : ModelPart(Slot, Name)
    {
        public override IEnumerable<ParameterPlan> Parameters => [new($"{Path}.weight", [Rows, Size], InitialValue.Normal, PaddingRow)];

        public override nn.Module Create(ScalarType dtype, Device device) => EmbeddingLayer.Create(Rows, Size, PaddingRow, dtype, device);
    }

    /// <summary>A bias of outputs whose weight belongs to another module.</summary>
    public sealed record Bias(ModuleSlot Slot, string Name, long Size) : ModelPart(Slot, Name)
    {
        public override IEnumerable<ParameterPlan> Parameters => [new($"{Path}.bias", [Size], InitialValue.Zero)];

        public override nn.Module Create(ScalarType dtype, Device device) => new OutputBias(Size, dtype, device);
    }
}
