using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>One entry of an index expression as the shim takes it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct IndexEntry
{
    internal enum Kind : long { None, Ellipsis, Integer, Boolean, Slice, Tensor }

    internal Kind Type;
    internal long Start, Stop, Step;
    internal nint Tensor;

    /// <summary>The entries of a place given by numbers.</summary>
    internal static void Fill(Span<IndexEntry> entries, ReadOnlySpan<long> place)
    {
        for (int i = 0; i < place.Length; i++)
            entries[i] = new IndexEntry { Type = Kind.Integer, Start = place[i] };
    }
}
