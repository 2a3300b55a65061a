using System.Text.Json;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Tests.Checkpoints;

/// <summary>Files written by the format's own library.</summary>
public sealed class GoldenCheckpointTests
{
    public static TheoryData<string> SpectraLists => Golden.Files("spectra", "spectra.*.json");

    public static TheoryData<string> AllFiles => Golden.Files("", "*.safetensors");

    public static TheoryData<string> Configs => Golden.Files("models", "config.json");

    [Theory, MemberData(nameof(AllFiles))]
    public void Every_file_loads_and_writes_back_the_same_values(string row)
    {
        using SafetensorsFile file = SafetensorsFile.Open(Golden.Open(row));
        using var folder = new TemporaryFolder();
        SafetensorsWriter.Write(folder.File("copy.safetensors"), file.Tensors.Select(TensorSource.Copy), file.Metadata);
        using SafetensorsFile copy = SafetensorsFile.Open(folder.File("copy.safetensors"));
        Assert.Equal(file.Metadata, copy.Metadata);
        Assert.Equal(
            file.Tensors.Select(t => t.Name).Order(StringComparer.Ordinal), copy.Tensors.Select(t => t.Name).Order(StringComparer.Ordinal));
        foreach (TensorView tensor in file.Tensors)
        {
            TensorView same = copy.Tensors.Single(t => t.Name == tensor.Name);
            Assert.Equal(tensor.DataType, same.DataType);
            Assert.Equal(tensor.Shape, same.Shape);
            Assert.True(tensor.Bytes(0, (int)tensor.ByteLength).SequenceEqual(same.Bytes(0, (int)same.ByteLength)), tensor.Name);
        }
    }

    [Theory, MemberData(nameof(Configs))]
    public void Every_model_folder_opens_with_its_config(string row)
    {
        using Checkpoint checkpoint = Checkpoint.Open(Path.GetDirectoryName(Golden.Open(row))!);
        Assert.NotNull(checkpoint.Config!.ModelType);
        int deepest = checkpoint.Tensors.Max(t => TensorName.Parse(t.Name, t.Shape.Count).Layer) ?? -1;
        Assert.Equal(checkpoint.Config.LayerCount, deepest + 1);
    }

    [Theory, MemberData(nameof(SpectraLists))]
    public void Names_and_shapes_are_those_of_the_list(string row)
    {
        string list = Golden.Open(row);
        using SafetensorsFile file = SafetensorsFile.Open(Model(list));
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(list));
        var expected = document.RootElement.EnumerateArray()
            .Select(t => (Name: t.GetProperty("name").GetString()!, string.Join(
                ',', t.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64()))))
            .Order();
        Assert.Equal(expected, file.Tensors.Select(t => (t.Name, string.Join(',', t.Shape))).Order());
    }

    [Theory, MemberData(nameof(SpectraLists))]
    public void Half_precision_files_hold_the_rounded_values_of_the_full_one(string row)
    {
        string list = Golden.Open(row);
        using SafetensorsFile half = SafetensorsFile.Open(Model(list));
        using SafetensorsFile full = SafetensorsFile.Open(Path.Combine(Path.GetDirectoryName(list)!, "model.f32.safetensors"));
        foreach (TensorView tensor in half.Tensors)
        {
            float[] rounded = new float[tensor.ElementCount], exact = new float[tensor.ElementCount];
            tensor.Read(0, rounded);
            full.Tensors.Single(t => t.Name == tensor.Name).Read(0, exact);
            Assert.True(rounded.AsSpan().SequenceEqual([.. exact.Select(x => Round(tensor.DataType, x))]), tensor.Name);
        }
    }

    private static string Model(string list) =>
        Path.Combine(Path.GetDirectoryName(list)!, Path.GetFileName(list).Replace("spectra.", "model.").Replace(".json", ".safetensors"));

    private static float Round(TensorDataType type, float value)
    {
        if (type == TensorDataType.Float16)
            return (float)(Half)value;
        if (type != TensorDataType.BFloat16)
            return value;
        // To the nearest, ties to even, in the lower 16 bits.
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return BitConverter.UInt32BitsToSingle((bits + 0x7fff + ((bits >> 16) & 1)) & 0xffff0000);
    }
}
