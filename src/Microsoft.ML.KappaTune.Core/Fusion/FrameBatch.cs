using System.Runtime.InteropServices;

namespace Microsoft.ML.KappaTune.Fusion;

/// <summary>
/// Frames of several rows, or an encoder's states of them, padded to the longest row. Belongs to the dispose scope it is made in.
/// </summary>
/// <param name="Values">[B, T, F], zeros behind a row's end.</param>
/// <param name="Counts">The rows' own frames, [B].</param>
internal sealed record FrameBatch(Tensor Values, IReadOnlyList<int> Counts)
{
    /// <summary>Whether the values are the encoder's states, as <see cref="IFrameEncoder.Encode"/> gives them.</summary>
    public bool AreStates { get; private init; }

    /// <summary>A batch of frames or, where the states of all rows are known, of these.</summary>
    /// <param name="rows">The rows' frames, all of one size, as the encoder takes them.</param>
    /// <param name="device">Where the tensor is to be.</param>
    public static FrameBatch Create(IReadOnlyList<Frames> rows, Device device)
    {
        bool areStates = rows.All(row => row.States is not null);
        Frames[] given = areStates ? [.. rows.Select(row => row.States!)] : [.. rows];
        int size = given[0].Size;
        // A convolution needs a place.
        long length = Math.Max(1, given.Max(row => row.Count));
        using var scope = NewDisposeScope();
        Tensor values = zeros([rows.Count, length, size], ScalarType.Float32, CPU);
        for (int row = 0; row < rows.Count; row++)
        {
            using Tensor place = values.select(0, row);
            given[row].CopyTo(MemoryMarshal.Cast<byte, float>(place.bytes));
        }

        return new(values.to(device).MoveToOuterDisposeScope(), [.. rows.Select(row => row.Count)]) { AreStates = areStates };
    }
}

/// <summary>What a fused model reads beside tokens.</summary>
/// <param name="Frames">The rows' frames.</param>
/// <param name="Places">
/// The places of what the projector makes of them, numbered in the row of all rows, row after row, [M].
/// </param>
internal sealed record FusedInput(FrameBatch Frames, Tensor Places)
{
    /// <param name="rows">The rows' frames, as the encoder takes them.</param>
    /// <param name="first">The place of each row's first vector, numbered in the row of all rows.</param>
    /// <param name="config">Says how many vectors there are.</param>
    /// <param name="device">Where the tensors are to be.</param>
    public static FusedInput Create(IReadOnlyList<Frames> rows, IReadOnlyList<long> first, FusionConfig config, Device device)
    {
        long[] places =
            [.. rows.SelectMany((row, i) => Enumerable.Range(0, config.VectorCount(row.Count)).Select(vector => first[i] + vector))];
        // A tensor isn't made of no numbers.
        Tensor at = places.Length == 0 ? zeros([0L], ScalarType.Int64, device) : tensor(places, device: device);
        return new(FrameBatch.Create(rows, device), at);
    }
}
