using System.Runtime.InteropServices;

namespace TorchSharp;

internal static unsafe partial class Native
{
    [LibraryImport(Shim)] internal static partial nint ts_generator_default(int device, int index);
    [LibraryImport(Shim)] internal static partial nint ts_generator_new(ulong seed, int device, int index);
    [LibraryImport(Shim)] internal static partial void ts_generator_free(nint random);
    [LibraryImport(Shim)] internal static partial int ts_generator_manual_seed(GeneratorHandle random, ulong seed);
    [LibraryImport(Shim)] internal static partial int ts_generator_seed(GeneratorHandle random, out ulong seed);
    [LibraryImport(Shim)] internal static partial int ts_generator_initial_seed(GeneratorHandle random, out ulong seed);
    [LibraryImport(Shim)] internal static partial int ts_generator_set_state(GeneratorHandle random, TensorHandle state);
    [LibraryImport(Shim)] internal static partial nint ts_generator_get_state(GeneratorHandle random);
    [LibraryImport(Shim)] internal static partial int ts_manual_seed(ulong seed);
    [LibraryImport(Shim)]
    internal static partial nint ts_rand(ReadOnlySpan<long> sizes, int count, GeneratorHandle random, int type, int device, int index);
    [LibraryImport(Shim)]
    internal static partial nint ts_randn(ReadOnlySpan<long> sizes, int count, GeneratorHandle random, int type, int device, int index);
    [LibraryImport(Shim)]
    internal static partial nint ts_randint(
        long low, long high, ReadOnlySpan<long> sizes, int count, GeneratorHandle random, int type, int device, int index);
    [LibraryImport(Shim)] internal static partial nint ts_randperm(long n, GeneratorHandle random, int type, int device, int index);
    [LibraryImport(Shim)] internal static partial nint ts_rand_like(TensorHandle self, int type, int device, int index);
    [LibraryImport(Shim)] internal static partial nint ts_randn_like(TensorHandle self, int type, int device, int index);
    [LibraryImport(Shim)]
    internal static partial nint ts_randint_like(TensorHandle self, long low, long high, int type, int device, int index);
    [LibraryImport(Shim)] internal static partial nint ts_normal(TensorHandle mean, TensorHandle deviation, GeneratorHandle random);
    [LibraryImport(Shim)] internal static partial nint ts_bernoulli(TensorHandle self, GeneratorHandle random);
    [LibraryImport(Shim)]
    internal static partial nint ts_multinomial(TensorHandle self, long samples, Flag replacement, GeneratorHandle random);
    [LibraryImport(Shim)] internal static partial int ts_bernoulli_(TensorHandle self, double p, GeneratorHandle random);
    [LibraryImport(Shim)] internal static partial int ts_normal_(TensorHandle self, double mean, double deviation, GeneratorHandle random);
    [LibraryImport(Shim)] internal static partial int ts_uniform_(TensorHandle self, double low, double high, GeneratorHandle random);
    [LibraryImport(Shim)] internal static partial int ts_exponential_(TensorHandle self, double rate, GeneratorHandle random);
    [LibraryImport(Shim)] internal static partial int ts_random_(TensorHandle self, long low, long high, GeneratorHandle random);
}
