using System.Numerics;

namespace Microsoft.ML.KappaTune.Adapters.Lora;

/// <summary>What an adapter's rank costs.</summary>
/// <param name="Cost">The parameters of one more rank.</param>
/// <param name="Largest">The largest rank that a change of its matrix can have.</param>
internal readonly record struct RankedMatrix(long Cost, int Largest);

/// <summary>
/// Fits ranks to a number of parameters: all the same, the largest that fits, and one more for those that leave the fewest parameters
/// unused. Which do is a sum of subsets; costs have few values, so that the sums within reach are counted for one value after the other.
/// </summary>
internal static class RankBudget
{
    /// <param name="matrices">Of those of equal cost the first get one more.</param>
    /// <exception cref="ArgumentException">Not even a rank of 1 fits.</exception>
    public static int[] Fit(IReadOnlyList<RankedMatrix> matrices, long budget)
    {
        long least = Total(1);
        if (least > budget)
        {
            throw new ArgumentException(
                OptionInfo.Problem(
                    $"{nameof(TuningOptions.Method)}.{nameof(TuningMethod.ParameterBudget)}", budget,
                    $"{least} or more, what adapters of rank 1 beside the selected matrices have; or select fewer"),
                nameof(TuningMethod.ParameterBudget));
        }

        (int fits, int exceeds) = (1, matrices.Max(matrix => matrix.Largest) + 1);
        while (exceeds - fits > 1)
        {
            int rank = fits + (exceeds - fits) / 2;
            if (Total(rank) <= budget)
                fits = rank;
            else
                exceeds = rank;
        }

        int[] ranks = [.. matrices.Select(matrix => Math.Min(fits, matrix.Largest))];
        foreach (int one in Chosen(matrices, fits, budget - Total(fits)))
            ranks[one]++;
        return ranks;

        long Total(int rank) => matrices.Sum(matrix => matrix.Cost * Math.Min(rank, matrix.Largest));
    }

    /// <summary>The matrices that get one more rank than this.</summary>
    private static IEnumerable<int> Chosen(IReadOnlyList<RankedMatrix> matrices, int rank, long left)
    {
        int[][] alike = [.. Enumerable.Range(0, matrices.Count).Where(i => matrices[i].Largest > rank).GroupBy(i => matrices[i].Cost)
            .Select(group => group.ToArray())];
        if (alike.Length == 0)
            return [];
        long[] costs = [.. alike.Select(group => matrices[group[0]].Cost)];
        long unit = costs.Aggregate((a, b) => (long)BigInteger.GreatestCommonDivisor(a, b));
        long reach = Math.Min(left, alike.Zip(costs, (group, cost) => group.Length * cost).Sum()) / unit;
        int[] counts = Counts([.. costs.Select(cost => cost / unit)], [.. alike.Select(group => group.Length)], reach);
        return alike.Zip(counts, (group, count) => group.Take(count)).SelectMany(group => group);
    }

    /// <summary>How many of each value make the largest sum that isn't above the bound.</summary>
    private static int[] Counts(long[] values, int[] available, long bound)
    {
        // For a sum, how many of this value make it, of those before as many as need be: as few as possible, or -1 where none do.
        int[][] needed = new int[values.Length][];
        for (int i = 0; i < values.Length; i++)
        {
            needed[i] = new int[bound + 1];
            for (long sum = 0; sum <= bound; sum++)
            {
                bool isReached = i == 0 ? sum == 0 : needed[i - 1][sum] >= 0;
                int fewer = sum >= values[i] ? needed[i][sum - values[i]] : -1;
                needed[i][sum] = isReached ? 0 : fewer >= 0 && fewer < available[i] ? fewer + 1 : -1;
            }
        }

        int[] counts = new int[values.Length];
        long left = Array.FindLastIndex(needed[^1], count => count >= 0);
        for (int i = values.Length - 1; i >= 0; left -= counts[i] * values[i], i--)
            counts[i] = needed[i][left];
        return counts;
    }
}
