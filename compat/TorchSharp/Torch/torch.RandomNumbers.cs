namespace TorchSharp;

public static partial class torch
{
    /// <summary>Integers from 0 to before <paramref name="high"/>; Int64 unless given.</summary>
    public static Tensor randint(
        long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null,
        string[]? names = null) =>
        randint(0, high, size, dtype, device, requires_grad, generator, names);

    /// <summary>Integers from <paramref name="low"/> to before <paramref name="high"/>; Int64 unless given.</summary>
    public static Tensor randint(
        long low, long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        Generator? generator = null, string[]? names = null)
    {
        Unnamed(names);
        Device place = device ?? get_default_device();
        int type = (int)(dtype ?? ScalarType.Int64);
        return Recorded(
            Native.ts_randint(low, high, size, size.Length, Generator.Optional(generator), type, (int)place.type, place.index),
            requires_grad);
    }

    /// <summary>0 to <paramref name="n"/> - 1 in random order; Int64 unless given.</summary>
    public static Tensor randperm(
        long n, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null)
    {
        Device place = device ?? get_default_device();
        int type = (int)(dtype ?? ScalarType.Int64);
        return Recorded(Native.ts_randperm(n, Generator.Optional(generator), type, (int)place.type, place.index), requires_grad);
    }

    /// <summary>Numbers from the normal distribution with the given mean and deviation.</summary>
    public static Tensor normal(
        double mean, double std, ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        Generator? generator = null, string[]? names = null)
    {
        using (no_grad())
        {
            Tensor tensor = empty(size, dtype, device, false, names).normal_(mean, std, generator);
            return requires_grad ? tensor.requires_grad_() : tensor;
        }
    }

    /// <summary>Numbers from normal distributions, each element with its own mean and deviation.</summary>
    public static Tensor normal(Tensor mean, Tensor std, Generator? generator = null) =>
        Native.Tensor(Native.ts_normal(mean.SafeHandle, std.SafeHandle, Generator.Optional(generator)));

    /// <summary>
    /// Numbers from the uniform distribution on [0, 1), with the shape and, unless given, the type and device of <paramref name="input"/>.
    /// </summary>
    public static Tensor rand_like(
        Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        Device place = device ?? input.device;
        int type = (int)(dtype ?? input.dtype);
        return Recorded(Native.ts_rand_like(input.SafeHandle, type, (int)place.type, place.index), requires_grad);
    }

    /// <summary>
    /// Numbers from the normal distribution, with the shape and, unless given, the type and device of <paramref name="input"/>.
    /// </summary>
    public static Tensor randn_like(
        Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        Device place = device ?? input.device;
        int type = (int)(dtype ?? input.dtype);
        return Recorded(Native.ts_randn_like(input.SafeHandle, type, (int)place.type, place.index), requires_grad);
    }

    /// <summary>
    /// Numbers that are integers from <paramref name="low"/> to before <paramref name="high"/>, with the shape and, unless given, the type
    /// and device of <paramref name="input"/>.
    /// </summary>
    public static Tensor randint_like(
        Tensor input, long low, long high, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        Device place = device ?? input.device;
        int type = (int)(dtype ?? input.dtype);
        return Recorded(Native.ts_randint_like(input.SafeHandle, low, high, type, (int)place.type, place.index), requires_grad);
    }

    /// <summary>Seeds the default generators of all devices, and returns the CPU's.</summary>
    public static Generator manual_seed(long seed)
    {
        Native.Check(Native.ts_manual_seed((ulong)seed));
        return Generator.Default;
    }

    /// <summary>Seeds the default generators anew, and returns the seed.</summary>
    public static long seed()
    {
        using Generator generator = Generator.Default;
        long seed = generator.seed();
        Native.Check(Native.ts_manual_seed((ulong)seed));
        return seed;
    }

    /// <summary>The last seed of the CPU's default generator.</summary>
    public static long initial_seed()
    {
        using Generator generator = Generator.Default;
        return generator.initial_seed();
    }

    /// <summary>The state of the CPU's default generator, as bytes.</summary>
    public static Tensor get_rng_state()
    {
        using Generator generator = Generator.Default;
        return generator.get_state();
    }

    /// <summary>Sets the state of the CPU's default generator to one it had.</summary>
    public static void set_rng_state(Tensor new_state)
    {
        using Generator generator = Generator.Default;
        generator.set_state(new_state);
    }

    /// <summary>The CPU's default generator of random numbers.</summary>
    public static class random
    {
        /// <inheritdoc cref="torch.manual_seed(long)"/>
        public static Generator manual_seed(long seed) => torch.manual_seed(seed);

        /// <inheritdoc cref="torch.seed()"/>
        public static long seed() => torch.seed();

        /// <inheritdoc cref="torch.initial_seed()"/>
        public static long initial_seed() => torch.initial_seed();

        /// <inheritdoc cref="torch.get_rng_state()"/>
        public static Tensor get_rng_state() => torch.get_rng_state();

        /// <inheritdoc cref="torch.set_rng_state(Tensor)"/>
        public static void set_rng_state(Tensor new_state) => torch.set_rng_state(new_state);
    }
}
