using System.Globalization;
using TorchSharp;

namespace Microsoft.ML.KappaTune.Compute;

/// <summary>Devices by the names that options have for them.</summary>
internal static class DeviceName
{
    /// <summary><c>auto</c> (the first GPU, else the CPU), <c>cpu</c>, <c>cuda</c> or <c>cuda:0</c>.</summary>
    /// <exception cref="ArgumentException">It is none of them, or there is no such device here.</exception>
    /// <exception cref="TensorLibraryException">The tensor library can't be loaded.</exception>
    public static Device Parse(string? name)
    {
        TensorLibrary.Require();
        string[] parts = (name ?? "").Split(':', 2);
        int number = 0;
        bool isCuda = parts[0] == "cuda"
            && (parts.Length == 1 || int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out number));
        if (name == "cpu")
            return CPU;
        bool isAuto = name == "auto";
        if (!isCuda && !isAuto)
            throw Invalid(name, "auto, cpu, cuda or cuda:0");
        int gpus = cuda.device_count();
        if (isAuto && gpus == 0)
            return CPU;
        return number < gpus
            ? new Device(DeviceType.CUDA, number)
            : throw Invalid(name, gpus == 0 ? "cpu: there is no CUDA device here" : $"cpu or cuda:0 to cuda:{gpus - 1}");
    }

    /// <summary>Finds a device, or the CPU where this machine doesn't have it: a model that was saved elsewhere must load.</summary>
    public static Device ParseOrCpu(string name)
    {
        try
        {
            return Parse(name);
        }
        catch (ArgumentException)
        {
            return CPU;
        }
    }

    private static ArgumentException Invalid(string? name, string allowed) =>
        new($"Device is {name ?? "null"}; allowed is {allowed}.", "Device");
}
