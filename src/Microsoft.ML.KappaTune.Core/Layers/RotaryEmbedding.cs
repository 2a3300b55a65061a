using System.Numerics;

namespace Microsoft.ML.KappaTune.Layers;

/// <summary>
/// Positions by rotation (Su et al., arXiv:2104.09864): of each head, the value i of the first half and that of the second are a point in
/// the plane, which is turned by the token's position times a frequency of their own. So a product of query and key depends on the
/// distance of their tokens. The angles' cosines and sines are kept for the longest text so far, for any number of threads.
/// </summary>
internal sealed class RotaryEmbedding : IDisposable
{
    private const int MinimumLength = 64;

    private readonly int _size;
    private readonly Rotation _rotation;
    private readonly object _gate = new();
    private readonly List<Table> _tables = [];

    /// <param name="size">Values of a head that are turned, an even number.</param>
    public RotaryEmbedding(int size, Rotation rotation) => (_size, _rotation) = (size, rotation);

    /// <summary>Whether the angles of a text's tokens are others where the text is longer.</summary>
    public bool DependsOnLength => _rotation.Scaling is { DependsOnLength: true };

    /// <summary>The angles of the tokens of a mask, [B, T], after the first ones of each row.</summary>
    /// <param name="past">How many the first ones are.</param>
    /// <param name="isAtBegin">Whether each row is one text from its first place on, so that positions are places.</param>
    public RotaryAngles Angles(Tensor mask, long past, ScalarType dtype, bool isAtBegin)
    {
        using var scope = NewDisposeScope();
        (long batch, long length) = (mask.shape[0], mask.shape[1]);
        if (isAtBegin && !DependsOnLength)
        {
            Table all = TableFor(0, length, dtype, mask.device);
            return new(Rows(all.Cosines), Rows(all.Sines));
        }

        Tensor places = TextPositions.Of(mask).narrow(1, past, length - past);
        List<Table> tables = [];
        if (!DependsOnLength)
        {
            tables.Add(TableFor(0, length, dtype, mask.device));
        }
        else
        {
            // A table for each class of lengths, one above the other.
            long[] classes = Classes(TextPositions.Lengths(mask).narrow(1, past, length - past));
            Dictionary<long, long> begins = [];
            foreach (long lengthClass in classes.Distinct())
            {
                begins.Add(lengthClass, tables.Sum(table => (long)table.Length));
                tables.Add(TableFor(lengthClass, length, dtype, mask.device));
            }

            long[] first = Array.ConvertAll(classes, lengthClass => begins[lengthClass]);
            places = places.Plus(tensor(first, places.shape).to(mask.device));
        }

        places = places.flatten();
        return new(At([.. tables.Select(table => table.Cosines)]), At([.. tables.Select(table => table.Sines)]));

        Tensor Rows(Tensor values) => values.narrow(0, past, length - past).view(1, 1, length - past, _size).MoveToOuterDisposeScope();

        Tensor At(Tensor[] values) => (values is [var only] ? only : cat(values, 0)).index_select(0, places)
            .view(batch, 1, length - past, _size).MoveToOuterDisposeScope();
    }

    /// <summary>Whether the tokens of a mask, [B, T], after the first ones of each row change the angles of these.</summary>
    /// <param name="past">How many the first ones are.</param>
    public bool IsChangedAfter(Tensor mask, long past)
    {
        if (!DependsOnLength || past == 0)
            return false;
        using var scope = NewDisposeScope();
        long[] before = Classes(TextPositions.Lengths(mask.narrow(1, 0, past)));
        return !Classes(TextPositions.Lengths(mask).narrow(1, 0, past)).AsSpan().SequenceEqual(before);
    }

    public void Dispose()
    {
        foreach (Table table in _tables)
        {
            table.Cosines.Dispose();
            table.Sines.Dispose();
        }
    }

    /// <summary>The classes of lengths, in row-major order.</summary>
    private long[] Classes(Tensor lengths) => [.. lengths.cpu().flatten().data<long>().ToArray().Select(_rotation.Scaling!.ClassOf)];

    /// <summary>
    /// One that is long enough. Shorter ones stay, because other threads may be using them; all of them take less than the longest. What
    /// serves one length alone isn't kept, and belongs to the caller's dispose scope.
    /// </summary>
    private Table TableFor(long lengthClass, long length, ScalarType dtype, Device device)
    {
        if (_rotation.Scaling?.IsOfOneLength(lengthClass) == true)
            return Create(lengthClass, (int)length, dtype, device);
        lock (_gate)
        {
            Table? found = _tables.Find(table => table.Class == lengthClass && table.Length >= length
                && table.Cosines.dtype == dtype && table.Cosines.device.ToString() == device.ToString());
            if (found is null)
            {
                int rows = (int)BitOperations.RoundUpToPowerOf2((ulong)Math.Max(length, MinimumLength));
                found = Create(lengthClass, rows, dtype, device);
                found.Cosines.DetachFromDisposeScope();
                found.Sines.DetachFromDisposeScope();
                _tables.Add(found);
            }

            return found;
        }
    }

    private Table Create(long lengthClass, int length, ScalarType dtype, Device device)
    {
        using var scope = NewDisposeScope();
        RotaryScaling? scaling = _rotation.Scaling;
        double[] frequencies =
            scaling?.Frequencies(_size, _rotation.Base, lengthClass) ?? RotaryScaling.Unscaled(_size, _rotation.Base);
        double magnitude = scaling?.Magnitude ?? 1;
        return new(lengthClass, length, Values(Math.Cos, 1), Values(Math.Sin, -1));

        // Angles in float64, however long the text and whatever the type of the states. Of each position for the first values of all pairs,
        // times a sign, then for the second ones.
        Tensor Values(Func<double, double> function, int sign)
        {
            int pairs = frequencies.Length;
            double[] values = new double[2 * length * pairs];
            for (int i = 0; i < length * pairs; i++)
            {
                (int position, int pair) = (i / pairs, i % pairs);
                double value = magnitude * function(position * frequencies[pair]);
                (values[2 * position * pairs + pair], values[(2 * position + 1) * pairs + pair]) = (sign * value, value);
            }

            return tensor(values, [length, 2 * pairs]).to(dtype, device).MoveToOuterDisposeScope();
        }
    }

    /// <summary>As in <see cref="RotaryAngles"/>, both [length, 2 · pairs]: those of texts whose lengths are of a class.</summary>
    private sealed record Table(long Class, int Length, Tensor Cosines, Tensor Sines);
}
