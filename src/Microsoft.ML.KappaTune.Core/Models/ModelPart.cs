using Microsoft.ML.KappaTune.Layers;
using static TorchSharp.torch;

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
internal sealed record ParameterPlan(string Name, long[] Shape, InitialValue Initial, long? ZeroRow = null);

/// <summary>
/// A leaf of a model, before it has memory: a model is listed first, compared with its checkpoint, and only then made.
/// </summary>
/// <param name="Path">The module's name, as in a task model's checkpoint.</param>
internal abstract record ModelPart(string Path)
{
    public abstract IEnumerable<ParameterPlan> Parameters { get; }

    /// <summary>The module, its parameters uninitialised.</summary>
    public abstract nn.Module Create(ScalarType dtype, Device device);

    public sealed record Linear(string Path, long Inputs, long Outputs, bool HasBias = true) : ModelPart(Path)
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

        public override nn.Module Create(ScalarType dtype, Device device) => new LinearLayer(Inputs, Outputs, HasBias, dtype, device);
    }

    public sealed record LayerNorm(string Path, long Size, double Eps) : ModelPart(Path)
    {
        public override IEnumerable<ParameterPlan> Parameters =>
        [
            new($"{Path}.weight", [Size], InitialValue.One),
            new($"{Path}.bias", [Size], InitialValue.Zero),
        ];

        public override nn.Module Create(ScalarType dtype, Device device) => nn.LayerNorm(Size, Eps, device: device, dtype: dtype);
    }

    /// <summary>A norm that divides by the root of the mean square, with a weight alone.</summary>
    public sealed record RmsNorm(string Path, long Size, double Eps) : ModelPart(Path)
    {
        public override IEnumerable<ParameterPlan> Parameters => [new($"{Path}.weight", [Size], InitialValue.One)];

        public override nn.Module Create(ScalarType dtype, Device device) => new Layers.RmsNorm(Size, Eps, dtype, device);
    }

    public sealed record Embedding(string Path, long Rows, long Columns, long? PaddingRow = null) : ModelPart(Path)
    {
        public override IEnumerable<ParameterPlan> Parameters =>
            [new($"{Path}.weight", [Rows, Columns], InitialValue.Normal, PaddingRow)];

        public override nn.Module Create(ScalarType dtype, Device device) =>
            EmbeddingLayer.Create(Rows, Columns, PaddingRow, dtype, device);
    }

    public sealed record Bias(string Path, long Size) : ModelPart(Path)
    {
        public override IEnumerable<ParameterPlan> Parameters => [new($"{Path}.bias", [Size], InitialValue.Zero)];

        public override nn.Module Create(ScalarType dtype, Device device) => new OutputBias(Size, dtype, device);
    }
}
