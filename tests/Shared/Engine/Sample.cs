namespace Microsoft.ML.KappaTune.Tests.Reports;

/// <summary>A scan with everything that a report has to show, and names that would like to be more than text.</summary>
internal static class Sample
{
    public const string HostileModel = "<!--<script>alert('model')<img src=x onerror=alert(1)>{{report}}";

    public static ScanReport Report() => new()
    {
        Model = HostileModel,
        Matrices = [.. Matrices().OrderBy(matrix => matrix.Name, StringComparer.Ordinal).ThenBy(matrix => matrix.Expert)],
        Precision = ScanPrecision.Ranking,
        Device = "cpu",
        Computed = 20,
        Cached = 5,
        Elapsed = TimeSpan.FromSeconds(3.25),
    };

    private static IEnumerable<ScannedMatrix> Matrices()
    {
        yield return Matrix("<img src=x onerror=alert(2)>\"'&amp;\u2028", TensorRole.Embedding, null, [1000, 64], null);
        yield return Matrix("lm_head.weight</script>", TensorRole.Head, null, [1000, 64], 4);
        for (int layer = 0; layer < 4; layer++)
        {
            yield return Matrix($"layers.{layer}.q_proj.weight", TensorRole.Query, layer, [64, 64], 300.5 * (layer + 1));
            yield return Matrix($"layers.{layer}.up_proj.weight", TensorRole.FeedForwardIn, layer, [256, 64], 3.25 + layer);
            yield return Matrix($"layers.{layer}.norm.weight", TensorRole.Norm, layer, [64], null);
            for (int expert = 0; expert < 3; expert++)
            {
                double kappa = 1.5 * Math.Pow(10, layer + expert);
                yield return Matrix($"layers.{layer}.experts.down_proj", TensorRole.ExpertOut, layer, [3, 64, 256], kappa)
                    with
                { IsStacked = true, Expert = expert, Rows = 64, Columns = 256, IsLowerBound = expert == 2 };
            }
        }

        yield return Matrix("layers.1.k_proj.weight", TensorRole.Key, 1, [64, 64], double.PositiveInfinity) with { BeyondPrecision = true };
        yield return Matrix("layers.2.k_proj.weight", TensorRole.Key, 2, [64, 64], 4.56e9) with { BeyondPrecision = true };
        yield return Matrix("empty.weight", TensorRole.Other, null, [0, 64], null);
    }

    private static ScannedMatrix Matrix(string name, TensorRole role, int? layer, long[] shape, double? kappa) => new()
    {
        Name = name,
        Role = role,
        Layer = layer,
        Shape = shape,
        Rows = shape[0],
        Columns = shape.Length == 1 ? 1 : shape[1],
        Kappa = kappa,
        SigmaMax = kappa is null ? null : 2,
        SigmaMin = 2 / kappa,
    };
}
