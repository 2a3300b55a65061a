using Microsoft.ML.KappaTune.Checkpoints;

namespace Microsoft.ML.KappaTune.Tests.Checkpoints;

public sealed class MappedMemoryTests
{
    private const int Megabytes = 32;

    [Fact]
    public void A_released_tensor_is_out_of_memory_and_can_be_read_again()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "What is in memory is asked of Linux.");
        using var folder = new TemporaryFolder();
        byte[] content = new byte[Megabytes << 20];
        new Random(1).NextBytes(content);
        SafetensorsWriter.Write(
            folder.File("model.safetensors"), [TensorSource.FromBytes("w", TensorDataType.UInt8, [content.Length], content)]);
        using SafetensorsFile file = SafetensorsFile.Open(folder.File("model.safetensors"));
        TensorView w = file.Tensors[0];

        w.Prefetch();
        Assert.True(w.Bytes(0, content.Length).SequenceEqual(content));
        Assert.InRange(ResidentKilobytes(file.Path), Megabytes * 1024 * 9 / 10, int.MaxValue);
        w.Release();
        Assert.InRange(ResidentKilobytes(file.Path), 0, 1024);
        Assert.True(w.Bytes(0, content.Length).SequenceEqual(content));
    }

    /// <summary>What the mappings of one file hold in memory, whatever other tests do.</summary>
    private static int ResidentKilobytes(string path)
    {
        string[] lines = File.ReadAllLines("/proc/self/smaps");
        int sum = 0;
        bool inside = false;
        foreach (string line in lines)
        {
            if (!line.Split(' ')[0].EndsWith(':'))
                inside = line.EndsWith(path, StringComparison.Ordinal);
            else if (inside && line.StartsWith("Rss:", StringComparison.Ordinal))
                sum += int.Parse(line["Rss:".Length..^" kB".Length]);
        }

        return sum;
    }
}
