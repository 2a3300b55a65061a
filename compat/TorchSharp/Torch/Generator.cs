namespace TorchSharp;

public static partial class torch
{
    /// <summary>A source of random numbers: the same seed gives the same numbers on the same device. For one thread at a time.</summary>
    public class Generator : IDisposable
    {
        private readonly GeneratorHandle _handle;

        /// <summary>A generator of its own, for a device (default: the CPU).</summary>
        public Generator(ulong seed = 0, Device? device = null)
        {
            this.device = device ?? CPU;
            _handle = Native.Generator(Native.ts_generator_new(seed, (int)this.device.type, this.device.index));
        }

        private Generator(GeneratorHandle handle) => (_handle, device) = (handle, CPU);

        /// <summary>The CPU's default generator, which is shared.</summary>
        public static Generator Default => new(Native.Generator(Native.ts_generator_default((int)DeviceType.CPU, -1)));

        /// <summary>The device it makes numbers for.</summary>
        public Device device { get; }

        /// <summary>Starts the sequence that belongs to a seed.</summary>
        public Generator manual_seed(long seed)
        {
            Native.Check(Native.ts_generator_manual_seed(_handle, (ulong)seed));
            return this;
        }

        /// <summary>Starts with a seed from the system, and returns it.</summary>
        public long seed()
        {
            Native.Check(Native.ts_generator_seed(_handle, out ulong seed));
            return (long)seed;
        }

        /// <summary>The last seed.</summary>
        public long initial_seed()
        {
            Native.Check(Native.ts_generator_initial_seed(_handle, out ulong seed));
            return (long)seed;
        }

        /// <summary>Where the generator is in its sequence, as bytes.</summary>
        public Tensor get_state() => Native.Tensor(Native.ts_generator_get_state(_handle));

        /// <summary>Goes on from a state that <see cref="get_state"/> gave.</summary>
        public void set_state(Tensor value) => Native.Check(Native.ts_generator_set_state(_handle, value.SafeHandle));

        /// <summary>Frees the native generator.</summary>
        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        /// <summary>Frees the native generator.</summary>
        protected virtual void Dispose(bool disposing) => _handle.Dispose();

        // No generator, for an argument that may be null.
        internal static GeneratorHandle Optional(Generator? generator) => generator is null ? GeneratorHandle.None : generator._handle;
    }
}
