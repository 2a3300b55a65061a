using Microsoft.ML.KappaTune.Checkpoints;

namespace Microsoft.ML.KappaTune.Tests;

internal static class TensorsInMemory
{
    extension(TensorSource)
    {
        /// <summary>A tensor whose stored bytes are in memory.</summary>
        public static TensorSource FromBytes(string name, TensorDataType type, IReadOnlyList<long> shape, ReadOnlyMemory<byte> bytes) =>
            new(name, type, shape, stream => stream.Write(bytes.Span));
    }
}
