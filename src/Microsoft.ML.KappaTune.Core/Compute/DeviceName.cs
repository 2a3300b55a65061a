using System.Globalization;
using TorchSharp;

namespace Microsoft.ML.KappaTune.Compute;

/// <summary>Devices by the names that options have for them.</summary>
internal static class DeviceName
{
    /// <summary>What is allowed, whatever devices there are.</summary>
    public const string Allowed = "auto, cpu, cuda or cuda:0";

    /// <summary>Whether it reads like a device's name; there may be no such device here.</summary>
    public static bool IsWellFormed(string? name) => name is "auto" or "cpu" || GpuOf(name) is not null;

    /// <summary><c>auto</c> (the first GPU, else the CPU), <c>cpu</c>, <c>cuda</c> or <c>cuda:0</c>.</summary>
    /// <exception cref="ArgumentException">It is none of them, or there is no such device here.</exception>
    /// <exception cref="TensorLibraryException">The tensor library can't be loaded.</exception>
    public static Device Parse(string? name)
    {
        TensorLibrary.Require();
        if (!IsWellFormed(name))
            throw Invalid(name, Allowed);
        if (name == "cpu")
            return CPU;
        int gpus = cuda.device_count(), number = GpuOf(name) ?? 0;
        if (name == "auto" && gpus == 0)
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

    /// <summary>The number of the GPU that it names; null where it names none.</summary>
    private static int? GpuOf(string? name)
    {
        string[] parts = (name ?? "").Split(':', 2);
        if (parts[0] != "cuda")
            return null;
        if (parts.Length == 1)
            return 0;
        return int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
    }

    private static ArgumentException Invalid(string? name, string allowed) =>
        new($"Device is {name ?? "null"}; allowed is {allowed}.", "Device");
}
