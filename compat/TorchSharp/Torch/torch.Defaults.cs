namespace TorchSharp;

public static partial class torch
{
    private static volatile int _defaultType = (int)ScalarType.Float32;
    private static volatile Device _defaultDevice = CPU;

    /// <summary>The type of new floating-point tensors that don't say: Float32, unless set.</summary>
    public static ScalarType get_default_dtype() => (ScalarType)_defaultType;

    /// <summary>Sets the type of new floating-point tensors that don't say, for the whole process.</summary>
    public static void set_default_dtype(ScalarType dtype) => _defaultType = (int)dtype;

    /// <summary>Where new tensors go that don't say: the CPU, unless set.</summary>
    public static Device get_default_device() => _defaultDevice;

    /// <summary>Sets where new tensors go that don't say, for the whole process.</summary>
    public static void set_default_device(Device device) => _defaultDevice = device;

    /// <inheritdoc cref="set_default_device(Device)"/>
    public static void set_default_device(string device) => _defaultDevice = new Device(device);

    /// <summary>A device as <c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>.</summary>
    public static Device device(string description) => new(description);

    /// <summary>The device number <paramref name="index"/> of a kind such as <c>cuda</c>.</summary>
    public static Device device(string deviceType, int index = -1) => new(deviceType, index);

    /// <summary>The device number <paramref name="index"/> of a kind.</summary>
    public static Device device(DeviceType deviceType, int index = -1) => new(deviceType, index);

    /// <summary>The CUDA device number <paramref name="index"/>.</summary>
    public static Device device(int index) => new(index);

    /// <summary>libtorch's version.</summary>
    public static string __version__ => Native.Version;

    /// <summary>How many threads one operation uses on the CPU.</summary>
    public static int get_num_threads() => Native.ts_get_num_threads();

    /// <summary>Sets how many threads one operation uses on the CPU.</summary>
    public static void set_num_threads(int num) => Native.Check(Native.ts_set_num_threads(num));

    /// <summary>How many threads run operations side by side on the CPU.</summary>
    public static int get_num_interop_threads() => Native.ts_get_num_interop_threads();

    /// <summary>Sets how many threads run operations side by side on the CPU; once, before the first such operation.</summary>
    public static void set_num_interop_threads(int num) => Native.Check(Native.ts_set_num_interop_threads(num));

    /// <summary>Whether operations whose result varies from run to run throw.</summary>
    public static bool are_deterministic_algorithms_enabled() => Native.ts_deterministic();

    /// <summary>Whether <see cref="use_deterministic_algorithms"/> only warns.</summary>
    public static bool is_deterministic_algorithms_warn_only_enabled() => Native.ts_deterministic_warn_only();

    /// <summary>Makes operations throw (or warn) whose result varies from run to run, until disposed.</summary>
    public static IDisposable use_deterministic_algorithms(bool mode = true, bool warn_only = false)
    {
        bool before = Native.ts_deterministic(), warned = Native.ts_deterministic_warn_only();
        Native.Check(Native.ts_set_deterministic(mode, warn_only));
        return new Restore(() => Native.Check(Native.ts_set_deterministic(before, warned)));
    }

    /// <summary>The type of a sum of two such elements.</summary>
    public static ScalarType promote_types(ScalarType type1, ScalarType type2) =>
        (ScalarType)Native.ts_promote_types((int)type1, (int)type2);

    /// <summary>The type of the sum of two tensors.</summary>
    public static ScalarType result_type(Tensor tensor1, Tensor tensor2)
    {
        Native.Check(Native.ts_result_type(tensor1.SafeHandle, tensor2.SafeHandle, out int type));
        return (ScalarType)type;
    }
}
