using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>Owns a reference to a libtorch generator of random numbers.</summary>
internal sealed class GeneratorHandle : SafeHandle
{
    /// <summary>No generator: the device's default one.</summary>
    internal static readonly GeneratorHandle None = new(0);

    internal GeneratorHandle(nint generator) : base(0, ownsHandle: true) => SetHandle(generator);

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        Native.ts_generator_free(handle);
        return true;
    }
}
