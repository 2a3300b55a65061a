namespace Microsoft.ML.KappaTune.Study;

/// <summary>
/// Another choice of tensors with as many of each role and as many of each layer: where a choice forgets less than such draws, neither
/// its roles nor its depths are the reason.
/// </summary>
internal static class MatchedDraw
{
    // Exchanges for each chosen tensor: enough to forget where they began.
    private const int Exchanges = 50;
    private const int Attempts = 20;

    /// <param name="seed">The same seed gives the same draw.</param>
    /// <returns>The draw; and, where there is no other choice that matches, what was matched instead.</returns>
    public static (IReadOnlyList<ScannedMatrix> Tensors, string? Note) Draw(
        IReadOnlyList<ScannedMatrix> chosen, IReadOnlyList<ScannedMatrix> candidates, int seed)
    {
        var random = new Random(seed);
        HashSet<string> before = [.. chosen.Select(matrix => matrix.Id)];
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            if (Exchanged(chosen, candidates, random) is var draw && !before.SetEquals(draw.Select(matrix => matrix.Id)))
                return (draw, null);
        }

        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            if (SameRoles(chosen, candidates, random) is var draw && !before.SetEquals(draw.Select(matrix => matrix.Id)))
                return (draw, "No other choice has the same roles and depths; this one has the same roles.");
        }

        return (chosen, "No other choice has the same roles: this is the choice itself.");
    }

    /// <summary>
    /// Exchanges the layers of two chosen tensors at a time, where both places are free. This keeps the numbers for each role and each
    /// layer, and reaches every choice with the same numbers (Ryser). Where a place has several tensors, such as experts, one may also
    /// replace another.
    /// </summary>
    private static List<ScannedMatrix> Exchanged(
        IReadOnlyList<ScannedMatrix> chosen, IReadOnlyList<ScannedMatrix> candidates, Random random)
    {
        List<ScannedMatrix> draw = [.. chosen], free = [.. candidates.Where(matrix => !chosen.Contains(matrix))];
        for (int i = 0; i < Exchanges * draw.Count; i++)
        {
            int a = random.Next(draw.Count), b = random.Next(draw.Count);
            int c = FreePlace(draw[a].Role, draw[b].Layer), d = FreePlace(draw[b].Role, draw[a].Layer);
            if (c < 0 || d < 0 || (c == d && a != b))
                continue;
            (draw[a], free[c]) = (free[c], draw[a]);
            if (a != b)
                (draw[b], free[d]) = (free[d], draw[b]);
        }

        return draw;

        int FreePlace(TensorRole role, int? layer)
        {
            int[] places = [.. Enumerable.Range(0, free.Count).Where(i => free[i].Role == role && free[i].Layer == layer)];
            return places.Length == 0 ? -1 : places[random.Next(places.Length)];
        }
    }

    /// <summary>Another choice with as many of each role, of whatever layers; it may be the same.</summary>
    public static List<ScannedMatrix> SameRoles(
        IReadOnlyList<ScannedMatrix> chosen, IReadOnlyList<ScannedMatrix> candidates, Random random) =>
    [
        .. chosen.GroupBy(matrix => matrix.Role).SelectMany(role =>
        {
            ScannedMatrix[] all = [.. candidates.Where(matrix => matrix.Role == role.Key)];
            random.Shuffle(all);
            return all.Take(role.Count());
        }),
    ];
}
