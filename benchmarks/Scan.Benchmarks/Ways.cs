using Microsoft.ML.KappaTune;
using static TorchSharp.torch;

/// <summary>The ways that are timed. Each reads the file anew; the others read it as ours does not, by whole tensors.</summary>
internal sealed class Ways(string file, string cache, IReadOnlyList<(string Name, long Rows, long Columns)> matrices)
{
    public void Exact() => Scan(ScanPrecision.Exact, null);

    public void Ranking() => Scan(ScanPrecision.Ranking, null);

    public void FillCache() => Scan(ScanPrecision.Exact, cache);

    public void Cached() => Scan(ScanPrecision.Exact, cache);

    public void ThinSvd() => EachTensor(matrix =>
    {
        (_, Tensor sigma, _) = linalg.svd(matrix, fullMatrices: false);
        return sigma;
    });

    public void SingularValues() => EachTensor(linalg.svdvals);

    public void GramProduct() => EachTensor(matrix => matrix.shape[0] >= matrix.shape[1]
        ? matrix.transpose(0, 1).mm(matrix)
        : matrix.mm(matrix.transpose(0, 1)));

    private void Scan(ScanPrecision precision, string? cacheDirectory) => CheckpointScanner.Scan(
        file, new ScanOptions
        {
            Precision = precision,
            Selection = KappaSelection.LowestFraction(0.2),
            Threads = get_num_threads(),
            CacheDirectory = cacheDirectory,
        });

    private void EachTensor(Func<Tensor, Tensor> work)
    {
        using FileStream stream = File.OpenRead(file);
        Span<byte> length = stackalloc byte[8];
        stream.ReadExactly(length);
        stream.Position += BitConverter.ToInt64(length);
        foreach ((_, long rows, long columns) in matrices)
        {
            using var scope = TorchSharp.torch.NewDisposeScope();
            Tensor matrix = empty(rows, columns);
            stream.ReadExactly(matrix.bytes);
            work(matrix)[0].sum().item<float>();
        }
    }
}
