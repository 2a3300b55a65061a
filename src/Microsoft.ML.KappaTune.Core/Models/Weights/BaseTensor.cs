using Microsoft.ML.KappaTune.Layers;
using TorchSharp.Modules;

namespace Microsoft.ML.KappaTune.Models;

/// <summary>A checkpoint's tensor for a parameter.</summary>
/// <param name="PaddingRow">The padding token's row of a table; null for none.</param>
/// <param name="ZeroesPadding">Whether that row is zero where it isn't finite.</param>
internal sealed record BaseTensor(LogicalTensor Weight, long? PaddingRow, bool ZeroesPadding)
{
    private const int Chunk = 1 << 16;

    /// <exception cref="CheckpointFormatException">A value is NaN or infinite: it would be found out by a loss that is none.</exception>
    public void CopyTo(Parameter parameter)
    {
        bool isPaddingBroken = Check();
        TensorReader.Copy(Weight, parameter);
        if (!isPaddingBroken)
            return;
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        parameter.detach().narrow(0, PaddingRow!.Value, 1).zero_();
    }

    /// <summary>The same values, made of their codes whenever they are needed.</summary>
    /// <exception cref="CheckpointFormatException">A value is NaN or infinite.</exception>
    public PackedWeight Pack(PackedWorkspace workspace)
    {
        Check();
        return new(Weight, workspace);
    }

    /// <returns>Whether a value of the padding row isn't finite, and may be so.</returns>
    private bool Check()
    {
        bool isPaddingBroken = false;
        double[] values = new double[Math.Min(Chunk, Weight.ElementCount)];
        for (long begin = 0; begin < Weight.ElementCount; begin += values.Length)
        {
            Span<double> chunk = values.AsSpan(0, (int)Math.Min(values.Length, Weight.ElementCount - begin));
            Weight.Read(begin, chunk);
            for (int at = 0; FiniteCheck.IndexOfNotFinite(chunk[at..]) is var next and >= 0; at += next + 1)
            {
                long index = begin + at + next;
                bool isPadding = PaddingRow is { } row && index / Weight.Shape[1] == row;
                if (!isPadding || !ZeroesPadding)
                    throw NotFinite(index, chunk[at + next], isPadding);
                isPaddingBroken = true;
            }
        }

        return isPaddingBroken;
    }

    private CheckpointFormatException NotFinite(long index, double value, bool isPadding) => FiniteCheck.NotFinite(
        Weight.File, Weight.Name, Weight.Shape, index, value,
        isPadding
            ? "It is the padding token's row, which no text depends on: set it to zero in Python and save the model again, or go on with "
                + "zeros knowingly (ZeroPaddingRow of the options, --zero-padding-row)."
            : "The checkpoint is damaged: take it from the model's repository again, or an earlier one of its training.");
}
