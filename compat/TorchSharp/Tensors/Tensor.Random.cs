namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Filled with numbers from the normal distribution.</summary>
        public Tensor normal_(double mean = 0, double std = 1, Generator? generator = null) =>
            Changed(Native.ts_normal_(SafeHandle, mean, std, Generator.Optional(generator)));

        /// <summary>Filled with numbers from [from, to).</summary>
        public Tensor uniform_(double from, double to, Generator? generator = null) =>
            Changed(Native.ts_uniform_(SafeHandle, from, to, Generator.Optional(generator)));

        /// <summary>Filled with numbers from the exponential distribution.</summary>
        public Tensor exponential_(double lambda = 1, Generator? generator = null) =>
            Changed(Native.ts_exponential_(SafeHandle, lambda, Generator.Optional(generator)));

        /// <summary>Filled with integers from [from, to).</summary>
        public Tensor random_(double from, double to, Generator? generator = null) =>
            Changed(Native.ts_random_(SafeHandle, (long)from, (long)to, Generator.Optional(generator)));

        /// <summary>Filled with 1 with probability <paramref name="p"/>, else 0.</summary>
        public Tensor bernoulli_(double p = 0.5, Generator? generator = null) =>
            Changed(Native.ts_bernoulli_(SafeHandle, p, Generator.Optional(generator)));

        /// <summary>1 with the probability that the element says, else 0.</summary>
        public Tensor bernoulli(Generator? generator = null) =>
            Native.Tensor(Native.ts_bernoulli(SafeHandle, Generator.Optional(generator)));

        /// <summary>Places drawn in proportion to the elements of each row.</summary>
        public Tensor multinomial(long num_samples, bool replacement = false, Generator? generator = null) =>
            Native.Tensor(Native.ts_multinomial(SafeHandle, num_samples, replacement, Generator.Optional(generator)));
    }
}
