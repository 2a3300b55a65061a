using Microsoft.ML.KappaTune.Tests.Spectra;
using TorchSharp;

namespace Microsoft.ML.KappaTune.Tests.Scanning;

[Collection(nameof(ProcessSettings))]
public sealed class ScanOptionsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, ScanOptions> Wrong => new()
    {
        { "Precision", new() { Precision = (ScanPrecision)9 } },
        { "NonFinite", new() { NonFinite = (NonFiniteHandling)9 } },
        { "Selection", new() { Selection = null! } },
        { "Selection.Amount", new() { Selection = new() { Amount = 7 } } },
        { "Threads", new() { Threads = -1 } },
        { "PartCount", new() { PartCount = 0 } },
        { "Part", new() { Part = 0 } },
        { "Part", new() { Part = 3, PartCount = 2 } },
        { "CacheDirectory", new() { CacheDirectory = "" } },
        { "Device", new() { Device = "tpu" } },
        { "Device", new() { Device = "" } },
        { "Device", new() { Device = null! } },
        { "Device", new() { Device = "meta" } },
        { "Device", new() { Device = "cuda:99" } },
        { "Device", new() { Device = "cuda:x" } },
        { "Include", new() { Selection = KappaSelection.Lowest(1) with { Include = ["nothing"] } } },
    };

    [Theory, MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public void A_wrong_option_is_named(string property, ScanOptions options)
    {
        string path = TestCheckpoint.Write(_folder.File("m.safetensors"), TestCheckpoint.Model());
        var error = Assert.Throws<ArgumentException>(() => TestCheckpoint.Scan(path, options));
        Assert.Equal(property, error.ParamName);
        Assert.StartsWith($"{property} is ", error.Message);
        Assert.Contains("allowed is", error.Message);
    }

    [Fact]
    public void Without_a_gpu_cuda_is_refused()
    {
        Assert.SkipWhen(torch.cuda.is_available(), "There is a GPU.");
        string path = TestCheckpoint.Write(_folder.File("m.safetensors"), TestCheckpoint.Model());
        var error = Assert.Throws<ArgumentException>(() => TestCheckpoint.Scan(path, new() { Device = "cuda" }));
        Assert.Equal("Device is cuda; allowed is cpu: there is no CUDA device here. (Parameter 'Device')", error.Message);
    }

    [Fact]
    public void The_number_of_threads_is_used_and_put_back_and_changes_little()
    {
        string path = TestCheckpoint.Write(
            _folder.File("m.safetensors"),
            [.. TestCheckpoint.Model(), ("big.weight", TestCheckpoint.Gaussian(300, 200, 1)),
                ("square.weight", TestCheckpoint.Gaussian(200, 200, 2))]);
        int before = torch.get_num_threads();
        int inside = 0;
        ScanReport one = TestCheckpoint.Scan(
            path, TestCheckpoint.Options() with { Threads = before + 1, Progress = _ => inside = torch.get_num_threads() });
        Assert.Equal((before + 1, before), (inside, torch.get_num_threads()));
        TestCheckpoint.Scan(path, TestCheckpoint.Options() with { Progress = _ => inside = torch.get_num_threads() });
        Assert.Equal((Environment.ProcessorCount, before), (inside, torch.get_num_threads()));

        foreach (int threads in new[] { 1, 2 })
        {
            ScanReport other = TestCheckpoint.Scan(path, TestCheckpoint.Options() with { Threads = threads });
            foreach ((ScannedMatrix a, ScannedMatrix b) in one.Matrices.Zip(other.Matrices))
            {
                if (a.Kappa is not null)
                    Assert.InRange(b.Kappa!.Value / a.Kappa.Value, 1 - 1e-5, 1 + 1e-5);
            }
        }

        Assert.Throws<InvalidOperationException>(() => TestCheckpoint.Scan(
            path, TestCheckpoint.Options() with { Threads = before + 1, Progress = _ => throw new InvalidOperationException() }));
        Assert.Equal(before, torch.get_num_threads());
    }

    [Fact]
    public void Memory_is_bounded_by_the_largest_tensor()
    {
        const string Reset = "/proc/self/clear_refs";
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists(Reset), "The peak of memory is asked of Linux.");
        const int Tensors = 12, Rows = 1 << 18, Columns = 64;
        const long TensorBytes = (long)Rows * Columns * sizeof(float);
        string path = Sparse(Tensors, Rows, Columns);
        TestCheckpoint.Scan(TestCheckpoint.Write(_folder.File("warm.safetensors"), TestCheckpoint.Model()), TestCheckpoint.Options());

        long before = Kilobytes("VmRSS:");
        File.WriteAllText(Reset, "5");
        ScanReport report = TestCheckpoint.Scan(path, TestCheckpoint.Options(cache: _folder.File("cache")));
        long peak = (Kilobytes("VmHWM:") - before) * 1024;
        Assert.Equal(Tensors, report.Computed);
        Assert.All(report.Matrices, matrix => Assert.Equal(2, matrix.Kappa!.Value, 1e-3));
        // The file is 12 tensors long; more than 3 and some would mean that something keeps them.
        Assert.InRange(peak, 0, 3 * TensorBytes + (200 << 20));
    }

    /// <summary>
    /// Matrices with a diagonal from 1 to 2, times 1, 2, …, and zeros elsewhere, in a file that takes little room on the disk.
    /// </summary>
    private string Sparse(int tensors, long rows, long columns)
    {
        long bytes = rows * columns * sizeof(float);
        string entries = string.Join(',', Enumerable.Range(0, tensors).Select(
            i => $$"""
            "layers.{{i}}.up_proj.weight":{"dtype":"F32","shape":[{{rows}},{{columns}}],"data_offsets":[{{i * bytes}},{{(i + 1) * bytes}}]}
            """));
        byte[] header = System.Text.Encoding.UTF8.GetBytes("{" + entries + "}");
        string path = _folder.File("sparse.safetensors");
        using FileStream file = File.Create(path);
        file.Write(BitConverter.GetBytes((long)header.Length));
        file.Write(header);
        file.SetLength(sizeof(long) + header.Length + tensors * bytes);
        for (int i = 0; i < tensors; i++)
        {
            for (long d = 0; d < columns; d++)
            {
                file.Position = sizeof(long) + header.Length + i * bytes + d * (columns + 1) * sizeof(float);
                file.Write(BitConverter.GetBytes((i + 1) * (1 + d / (columns - 1f))));
            }
        }

        return path;
    }

    private static long Kilobytes(string field) => long.Parse(
        File.ReadLines("/proc/self/status").Single(line => line.StartsWith(field, StringComparison.Ordinal))[field.Length..^" kB".Length]);
}
