using Microsoft.ML.KappaTune.Selection;

namespace Microsoft.ML.KappaTune.Scanning;

/// <summary>Joins the parts of a scan.</summary>
internal static class ScanMerge
{
    public static ScanReport Merge(ScanReport[] parts)
    {
        if (parts.Length == 0)
            throw Wrong("There are none");
        ScanReport first = parts[0];
        foreach (ScanReport part in parts)
            CheckSame(first, part);
        ScanReport[] inOrder = [.. parts.OrderBy(part => part.Part)];
        for (int number = 1; number <= first.PartCount; number++)
        {
            int there = inOrder.Count(part => part.Part == number);
            if (there != 1)
                throw Wrong($"Part {number} of {first.PartCount} is {(there == 0 ? "missing" : $"there {there} times")}");
        }

        ScannedMatrix[] matrices = [.. inOrder.SelectMany(part => part.Matrices)
            .OrderBy(m => m.Name, StringComparer.Ordinal).ThenBy(m => m.Expert).ThenBy(m => m.PartStart)];
        for (int i = 1; i < matrices.Length; i++)
        {
            if (matrices[i].Slice == matrices[i - 1].Slice)
                throw Wrong($"{matrices[i].Id} is in two parts");
        }

        return inOrder[0] with
        {
            Matrices = matrices,
            Device = string.Join(", ", inOrder.Select(part => part.Device).Distinct()),
            Computed = parts.Sum(part => part.Computed),
            Cached = parts.Sum(part => part.Cached),
            Elapsed = parts.Aggregate(TimeSpan.Zero, (sum, part) => sum + part.Elapsed),
            Part = 1,
            PartCount = 1,
        };
    }

    private static void CheckSame(ScanReport first, ScanReport part)
    {
        if (part.Fingerprint != first.Fingerprint)
            throw Wrong($"{first.Model} and {part.Model} are different models");
        if (part.PartCount != first.PartCount)
            throw Wrong($"One is of {first.PartCount} parts and another of {part.PartCount}");
        if (part.Precision != first.Precision)
            throw Wrong($"One is {first.Precision} and another {part.Precision}");
        if (!SelectionCheck.AreSame(part.Selection, first.Selection))
            throw Wrong($"One is for \"{first.Selection}\" and another for \"{part.Selection}\", or their candidates differ");
    }

    private static ArgumentException Wrong(string problem) => new($"{problem}; allowed are all parts of one scan, each once.", "parts");
}
