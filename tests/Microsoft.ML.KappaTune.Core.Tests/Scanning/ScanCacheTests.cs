using Microsoft.ML.KappaTune.Scanning;
using Microsoft.ML.KappaTune.Spectra;
using Microsoft.ML.KappaTune.Tests.Spectra;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Scanning;

public sealed class ScanCacheTests : IDisposable
{
    private const int RecordLength = 64;

    private readonly TemporaryFolder _folder = new();

    private string CacheFolder => _folder.File("cache");

    private string DataFile => Path.Combine(CacheFolder, "condition-numbers.bin");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_second_scan_computes_nothing_also_from_another_folder()
    {
        ScanReport first = Scan("a.safetensors", TestCheckpoint.Model());
        ScanReport second = Scan("a.safetensors", TestCheckpoint.Model());
        ScanReport other = Scan("b.safetensors", TestCheckpoint.Model());
        Assert.Equal((5, 0), (first.Computed, first.Cached));
        Assert.Equal((0, 5), (second.Computed, second.Cached));
        Assert.Equal((0, 5), (other.Computed, other.Cached));
        Assert.Equal(Values(first), Values(second));
        Assert.Equal(Values(first), Values(other));
    }

    [Fact]
    public void A_model_with_three_changed_tensors_computes_three()
    {
        ScanReport first = Scan("a.safetensors", TestCheckpoint.Model());
        var changed = TestCheckpoint.Model();
        // The first value of a matrix, the last one of another, and one in the middle of a stack.
        changed[1].Value[0, 0] = 0.5f;
        changed[8].Value[63, 23] = 0.5f;
        changed[7].Value[2, 3, 4] = 0.5f;
        ScanReport second = Scan("a.safetensors", changed);
        Assert.Equal((3, 2), (second.Computed, second.Cached));
        Assert.NotEqual(first.Find(changed[1].Name).Kappa, second.Find(changed[1].Name).Kappa);
        Assert.Equal(first.Find(changed[3].Name).Kappa, second.Find(changed[3].Name).Kappa);
    }

    [Fact]
    public void Shape_and_type_are_a_part_of_the_content()
    {
        Tensor square = TestCheckpoint.Gaussian(12, 12, 1);
        Scan("a.safetensors", [("w", square)]);
        Assert.Equal(1, Scan("b.safetensors", [("other", square)]).Cached);
        Assert.Equal(1, Scan("b.safetensors", [("w", square.view(6, 24))]).Computed);
        Assert.Equal(1, Scan("b.safetensors", [("w", square.view(4, 36))]).Computed);
        // The same bytes as F16 and as BF16.
        Tensor ones = torch.ones(4, 4, dtype: float16);
        Scan("a.safetensors", [("w", ones)]);
        Assert.Equal(1, Scan("b.safetensors", [("w", torch.ones(4, 4, dtype: float32))]).Computed);
        Tensor bits = empty(4, 4, dtype: bfloat16);
        bits.bytes = ones.bytes;
        Assert.Equal(1, Scan("b.safetensors", [("w", bits)]).Computed);
    }

    [Fact]
    public void Experts_are_known_in_a_stack_and_by_themselves()
    {
        Tensor[] experts = [.. Enumerable.Range(0, 3).Select(e => TestCheckpoint.Gaussian(10, 12, e))];
        Scan("a.safetensors", [("mlp.experts.down_proj", stack(experts))]);
        ScanReport apart = Scan("b.safetensors", [.. experts.Select((expert, e) => ($"mlp.experts.{e}.down_proj.weight", expert))]);
        Assert.Equal((0, 3), (apart.Computed, apart.Cached));
    }

    [Fact]
    public void Without_a_folder_nothing_is_kept()
    {
        var options = TestCheckpoint.Options();
        string path = TestCheckpoint.Write(_folder.File("m.safetensors"), TestCheckpoint.Model());
        Assert.Equal(5, TestCheckpoint.Scan(path, options).Computed);
        Assert.Equal(5, TestCheckpoint.Scan(path, options).Computed);
        Assert.False(Directory.Exists(CacheFolder));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_as_none()
    {
        File.WriteAllText(CacheFolder, "a file where the folder should be");
        Assert.Equal(5, Scan("a.safetensors", TestCheckpoint.Model()).Computed);
        Assert.Equal(5, Scan("a.safetensors", TestCheckpoint.Model()).Computed);
    }

    [Fact]
    public void A_torn_or_damaged_file_loses_only_what_is_damaged()
    {
        var model = TestCheckpoint.Model();
        Scan("a.safetensors", model);
        byte[] whole = File.ReadAllBytes(DataFile);
        Assert.Equal(8 * RecordLength, whole.Length);

        foreach (int length in new[] { 0, 1, RecordLength - 1, RecordLength, 3 * RecordLength + 5, whole.Length - 1 })
        {
            File.WriteAllBytes(DataFile, whole[..length]);
            ScanReport torn = Scan("a.safetensors", model);
            Assert.InRange(torn.Cached, length / RecordLength > 3 ? 1 : 0, Math.Max(0, length / RecordLength));
            Assert.Equal(0, new FileInfo(DataFile).Length % RecordLength);
            Assert.Equal(0, Scan("a.safetensors", model).Computed);
        }

        byte[] flipped = [.. whole];
        for (int i = 0; i < whole.Length; i += RecordLength)
            flipped[i + i / RecordLength * 7 % RecordLength] ^= 1;
        File.WriteAllBytes(DataFile, flipped);
        Assert.Equal(5, Scan("a.safetensors", model).Computed);

        byte[] garbage = new byte[5000];
        new Random(1).NextBytes(garbage);
        foreach (byte[] content in new[] { garbage, new byte[5000] })
        {
            File.WriteAllBytes(DataFile, content);
            Assert.Equal(5, Scan("a.safetensors", model).Computed);
            Assert.Equal(5, Scan("a.safetensors", model).Cached);
        }
    }

    [Fact]
    public void A_lower_bound_is_not_used_where_more_is_asked_for()
    {
        var key = new ContentKey(1, 2);
        new ScanCache(CacheFolder).Add([key], [new ConditionNumber(100, 1, double.PositiveInfinity, IsLowerBound: true)]);

        var cache = new ScanCache(CacheFolder);
        Assert.True(cache.TryGet(key, 99, out ConditionNumber known));
        Assert.Equal((100, true), (known.Kappa, known.IsLowerBound));
        Assert.False(cache.TryGet(key, 100, out _));
        Assert.False(cache.TryGet(key, double.PositiveInfinity, out _));

        cache.Add([key], [new ConditionNumber(50, 1, double.PositiveInfinity, IsLowerBound: true)]);
        Assert.Equal(RecordLength, new FileInfo(DataFile).Length);
        cache.Add([key], [new ConditionNumber(300, 1, 1e-4)]);
        cache.Add([key], [new ConditionNumber(400, 1, double.PositiveInfinity, IsLowerBound: true)]);
        Assert.True(new ScanCache(CacheFolder).TryGet(key, double.PositiveInfinity, out known));
        Assert.Equal(new ConditionNumber(300, 1, 1e-4), known);
        Assert.False(cache.TryGet(new ContentKey(2, 1), 0, out _));
    }

    [Fact]
    public void An_exact_scan_after_a_ranking_has_every_value()
    {
        var model = TestCheckpoint.Model();
        string path =
            TestCheckpoint.Write(_folder.File("m.safetensors"), [.. model, ("wide", Matrices.WithKappa(90, 60, 400, 3).to(float32))]);
        ScanReport fresh = TestCheckpoint.Scan(path, TestCheckpoint.Options());
        ScanOptions options = TestCheckpoint.Options(KappaSelection.Threshold(2.5), CacheFolder);
        Assert.Contains(TestCheckpoint.Scan(path, options with { Precision = ScanPrecision.Ranking }).Matrices, m => m.IsLowerBound);
        ScanReport exact = TestCheckpoint.Scan(path, options);
        Assert.Equal(Values(fresh), Values(exact));
        Assert.Equal(6, TestCheckpoint.Scan(path, options with { Precision = ScanPrecision.Ranking }).Cached);
    }

    [Fact]
    public async Task Many_at_once_lose_nothing()
    {
        const int Writers = 8, Each = 40;
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() =>
        {
            var cache = new ScanCache(CacheFolder, TimeSpan.FromMinutes(5)); // whatever else the machine does
            for (int i = 0; i < Each; i++)
                cache.Add([new ContentKey((UInt128)writer, (UInt128)i)], [new ConditionNumber(i + 1, 1, 0)]);
        }, TestContext.Current.CancellationToken)));
        var all = new ScanCache(CacheFolder);
        for (int writer = 0; writer < Writers; writer++)
        {
            for (int i = 0; i < Each; i++)
            {
                Assert.True(all.TryGet(new ContentKey((UInt128)writer, (UInt128)i), double.PositiveInfinity, out ConditionNumber number));
                Assert.Equal(i + 1, number.Kappa);
            }
        }
    }

    private ScanReport Scan(string name, (string, Tensor)[] tensors) =>
        TestCheckpoint.Scan(TestCheckpoint.Write(_folder.File(name), tensors), TestCheckpoint.Options(cache: CacheFolder));

    private static IEnumerable<(string, double?, double?, double?)> Values(ScanReport report) =>
        report.Matrices.Select(m => (m.Id, m.Kappa, m.SigmaMin, m.KappaError));
}
