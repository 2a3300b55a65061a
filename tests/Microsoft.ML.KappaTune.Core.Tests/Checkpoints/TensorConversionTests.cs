using System.Runtime.InteropServices;
using Microsoft.ML.KappaTune.Checkpoints;

namespace Microsoft.ML.KappaTune.Tests.Checkpoints;

public sealed class TensorConversionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_float16_equals_the_systems_conversion()
    {
        ushort[] codes = [.. Enumerable.Range(0, 65536).Select(i => (ushort)i)];
        Check(TensorDataType.Float16, codes, code => (double)BitConverter.UInt16BitsToHalf(code));
    }

    [Fact]
    public void Every_bfloat16_is_the_upper_half_of_a_float32()
    {
        ushort[] codes = [.. Enumerable.Range(0, 65536).Select(i => (ushort)i)];
        Check(TensorDataType.BFloat16, codes, code => BitConverter.Int32BitsToSingle(code << 16));
    }

    [Fact]
    public void Every_float8_has_the_value_of_its_definition()
    {
        byte[] codes = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        Check(TensorDataType.Float8E4M3, codes, code => Defined(code, exponentBits: 4, bias: 7, infinities: false));
        Check(TensorDataType.Float8E5M2, codes, code => Defined(code, exponentBits: 5, bias: 15, infinities: true));

        static double Defined(byte code, int exponentBits, int bias, bool infinities)
        {
            int fractionBits = 7 - exponentBits, top = (1 << exponentBits) - 1;
            int exponent = (code >> fractionBits) & top, fraction = code & ((1 << fractionBits) - 1);
            double sign = code < 128 ? 1 : -1, part = (double)fraction / (1 << fractionBits);
            if (exponent == top && infinities)
                return fraction == 0 ? sign * double.PositiveInfinity : double.NaN;
            if (exponent == top && fraction == (1 << fractionBits) - 1)
                return double.NaN;
            return sign * (exponent == 0 ? part * Math.Pow(2, 1 - bias) : (1 + part) * Math.Pow(2, exponent - bias));
        }
    }

    [Fact]
    public void Known_float8_values()
    {
        Check(TensorDataType.Float8E4M3, new byte[] { 0x7e, 0x01, 0x38, 0xb8 },
            code => code switch { 0x7e => 448, 0x01 => 1.0 / 512, 0x38 => 1, _ => -1 });
        Check(
            TensorDataType.Float8E5M2, new byte[] { 0x7b, 0x01, 0x3c }, code => code switch { 0x7b => 57344, 0x01 => 1.0 / 65536, _ => 1 });
    }

    [Fact]
    public void Wide_floats_and_integers_keep_their_values()
    {
        double[] values = [0, -0.0, 1, -1.5, Math.PI, 1e300, double.Epsilon, double.NaN, double.NegativeInfinity, 3, 4, 5, 6, 7, 8, 9, 10];
        Check(TensorDataType.Float64, values, x => x);
        Check(TensorDataType.Float32, values.Select(x => (float)x).ToArray(), x => x);
        Check(TensorDataType.Int64, new[] { 0, -1, 1L << 40, long.MinValue, 1L << 62 }, x => x);
        Check(TensorDataType.Int32, new[] { 0, -1, 16777217, int.MinValue, int.MaxValue }, x => x);
        Check(TensorDataType.Int16, new short[] { 0, -1, short.MinValue, short.MaxValue }, x => x);
        Check(TensorDataType.Int8, new sbyte[] { 0, -1, sbyte.MinValue, sbyte.MaxValue }, x => x);
        Check(TensorDataType.UInt64, new ulong[] { 0, 1, ulong.MaxValue }, x => x);
        Check(TensorDataType.UInt32, new uint[] { 0, 1, uint.MaxValue }, x => x);
        Check(TensorDataType.UInt16, new ushort[] { 0, 1, ushort.MaxValue }, x => x);
        Check(TensorDataType.UInt8, new byte[] { 0, 1, 255 }, x => x);
        Check(TensorDataType.Boolean, new byte[] { 0, 1 }, x => x);
    }

    /// <summary>Reads whole and from every start near the ends, at an odd address, as float32 and as float64.</summary>
    private void Check<T>(TensorDataType type, T[] stored, Func<T, double> expected)
        where T : unmanaged
    {
        byte[] bytes = MemoryMarshal.AsBytes(stored.AsSpan()).ToArray();
        string header =
            $$$"""{"one":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}"""
                + $$$""","w":{"dtype":"{{{type.Name()}}}","shape":[{{{stored.Length}}}],"data_offsets":[1,{{{bytes.Length + 1}}}]}}""";
        byte[] content = SafetensorsBytes.Of(header, bytes.Length + 1);
        bytes.CopyTo(content, content.Length - bytes.Length);
        using SafetensorsFile file = SafetensorsFile.Open(_folder.Write($"{type}.safetensors", content));
        TensorView w = file.Tensors[1];

        foreach (int first in new[] { 0, 1, 2, 3, stored.Length - 1 }.Where(i => i < stored.Length))
        {
            double[] wanted = [.. stored.Skip(first).Select(expected)];
            double[] doubles = new double[wanted.Length];
            float[] singles = new float[wanted.Length];
            w.Read(first, doubles);
            w.Read(first, singles);
            for (int i = 0; i < wanted.Length; i++)
            {
                if (Bits(wanted[i]) != Bits(doubles[i]) || Bits((float)wanted[i]) != Bits(singles[i]))
                    Assert.Fail($"{type} {stored[first + i]}: {wanted[i]:R}, read as {doubles[i]:R} and {singles[i]:R}");
            }
        }

        // All NaN are one: their payloads may differ.
        static long Bits(double value) => double.IsNaN(value) ? -1 : BitConverter.DoubleToInt64Bits(value);
    }
}
