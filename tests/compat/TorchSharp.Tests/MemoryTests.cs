using System.Buffers.Binary;
using static TorchSharp.torch;

namespace TorchSharp.Tests;

public class MemoryTests
{
    [Fact]
    public void EveryNumberTypeComesBackAsItWent()
    {
        RoundTrip([true, false, true], ScalarType.Bool, a => tensor(a));
        RoundTrip(new byte[] { 0, 1, 255 }, ScalarType.Byte, a => tensor(a));
        RoundTrip(new sbyte[] { -128, 0, 127 }, ScalarType.Int8, a => tensor(a));
        RoundTrip(new short[] { short.MinValue, 0, short.MaxValue }, ScalarType.Int16, a => tensor(a));
        RoundTrip(new[] { int.MinValue, 0, int.MaxValue }, ScalarType.Int32, a => tensor(a));
        RoundTrip(new[] { long.MinValue, 0, long.MaxValue }, ScalarType.Int64, a => tensor(a));
        RoundTrip(new[] { Half.Epsilon, (Half)(-2.5), Half.MaxValue }, ScalarType.Float16, a => tensor(a));
        RoundTrip(new[] { float.Epsilon, -0f, float.MaxValue, float.NaN }, ScalarType.Float32, a => tensor(a));
        RoundTrip(new[] { double.Epsilon, -1.5, double.PositiveInfinity }, ScalarType.Float64, a => tensor(a));
    }

    private static void RoundTrip<T>(T[] values, ScalarType type, Func<T[], Tensor> make) where T : unmanaged
    {
        using Tensor t = make(values);
        Assert.Equal(type, t.dtype);
        Assert.Equal([values.Length], t.shape);
        Assert.Equal(values, t.data<T>().ToArray());
        Assert.Equal(values[1], t.data<T>()[1]);
        Assert.Equal(type.ElementSize(), t.element_size());
        using Tensor one = t[2];
        Assert.Equal(values[2], one.item<T>());
    }

    [Fact]
    public void BFloat16IsTheUpperHalfOfFloat32RoundedToEven()
    {
        float[] values = [1f, -2.5f, 3.14159274f, 1.00390625f, 1.01171875f, 65504f, 1e38f, 1e-40f, float.PositiveInfinity, 0f];
        using Tensor half = tensor(values).bfloat16();
        Assert.Equal(ScalarType.BFloat16, half.dtype);
        Assert.Equal(2, half.element_size());
        Span<byte> bytes = half.bytes;
        for (int i = 0; i < values.Length; i++)
        {
            uint bits = BitConverter.SingleToUInt32Bits(values[i]);
            ushort expected = (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
            Assert.Equal(expected, BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * i)..]));
            Assert.Equal(BitConverter.UInt32BitsToSingle((uint)expected << 16), half[i].ToSingle());
        }
        using Tensor again = half.@float().bfloat16();
        Assert.True(again.Equals(half));
        Assert.Throws<ArgumentException>(() => half.data<float>());
    }

    [Fact]
    public void Float16IsHalf()
    {
        float[] values = [1f, -2.5f, 3.14159274f, 65504f, 1e-8f, 6e-8f];
        using Tensor half = tensor(values).half();
        Assert.Equal(values.Select(v => (Half)v), half.data<Half>().ToArray());
        using Tensor sum = half + half;
        Assert.Equal(ScalarType.Float16, sum.dtype);
    }

    [Fact]
    public void ArraysSpansListsAndMatricesKeepTheirShape()
    {
        using var _ = NewDisposeScope();
        float[] flat = [1, 2, 3, 4, 5, 6];
        Tensor expected = tensor(flat).reshape(2, 3);
        Assert.True(expected.Equals(tensor(flat, [2, 3])));
        Assert.True(expected.Equals(tensor(flat, 2, 3)));
        Assert.True(expected.Equals(tensor(flat.AsMemory(), [2, 3])));
        Assert.True(expected.Equals(tensor(new float[,] { { 1, 2, 3 }, { 4, 5, 6 } })));
        Assert.True(expected.flatten().Equals(tensor(new List<float>(flat))));
        Assert.True(expected.flatten().Equals(tensor(new ArraySegment<float>([0, .. flat, 7], 1, 6))));
        Assert.True(expected.reshape(1, 2, 3).Equals(tensor(new float[,,] { { { 1, 2, 3 }, { 4, 5, 6 } } })));
        Assert.Equal(new float[,] { { 1, 2, 3 }, { 4, 5, 6 } }, expected.data<float>().ToNDArray());
        Assert.Equal(ScalarType.Float64, tensor(flat, dtype: ScalarType.Float64).dtype);
        flat[0] = 100;
        Assert.Equal(1, expected[0, 0].ToSingle());
    }

    [Fact]
    public void ScalarsHaveTheirOwnType()
    {
        using var _ = NewDisposeScope();
        Assert.Equal((ScalarType.Int32, 0), (tensor(1).dtype, tensor(1).dim()));
        Assert.Equal(ScalarType.Int64, tensor(1L).dtype);
        Assert.Equal(ScalarType.Float32, tensor(1f).dtype);
        Assert.Equal(ScalarType.Float64, tensor(1.0).dtype);
        Assert.Equal(ScalarType.Bool, tensor(true).dtype);
        Assert.Equal(ScalarType.Float32, tensor(1.0, ScalarType.Float32).dtype);
        Assert.Equal(ScalarType.Float16, ((Half)1).ToTensor().dtype);
        Tensor implicitly = 2.5;
        Assert.Equal(2.5, (double)implicitly);
        Assert.Equal(3, (int)(Tensor)3L);
    }

    [Fact]
    public void NonContiguousTensorsAreReadAndWrittenInRowMajorOrder()
    {
        using var _ = NewDisposeScope();
        Tensor t = arange(6, ScalarType.Float32).reshape(2, 3), turned = t.t();
        Assert.False(turned.is_contiguous());
        Assert.Equal([0f, 3, 1, 4, 2, 5], turned.data<float>().ToArray());
        Assert.Equal(4, turned.data<float>()[1, 1]);
        turned.data<float>()[1, 1] = 40;
        Assert.Equal(40, t[1, 1].ToSingle());
        turned.data<float>().CopyFrom([10f, 11], tensorIndex: 1);
        Assert.Equal([0f, 11, 2, 10, 40, 5], t.data<float>().ToArray());
        float[] part = new float[4];
        turned.data<float>().CopyTo(part, arrayIndex: 2, tensorIndex: 4);
        Assert.Equal([0f, 0, 2, 5], part);
        Assert.Throws<IndexOutOfRangeException>(() => turned.data<float>()[3, 0]);
    }

    [Fact]
    public void BytesAreTheTensorsOwnMemory()
    {
        using Tensor t = zeros(3);
        t.bytes = BitConverter.GetBytes(1f).Concat(BitConverter.GetBytes(2f)).Concat(BitConverter.GetBytes(3f)).ToArray();
        Assert.Equal([1f, 2, 3], t.data<float>().ToArray());
        t.bytes[4..8].Clear();
        Assert.Equal([1f, 0, 3], t.data<float>().ToArray());
        Assert.Throws<ArgumentException>(() => t.bytes = new byte[3]);
    }

    [Fact]
    public void EmptyTensorsWork()
    {
        using var _ = NewDisposeScope();
        Tensor none = tensor(Array.Empty<float>()), rows = zeros(0, 3);
        Assert.Empty(none.data<float>().ToArray());
        Assert.Equal([0, 3], rows.shape);
        Assert.Equal(0, rows.sum().ToSingle());
        Assert.Equal(0, rows.bytes.Length);
        Assert.Equal([2, 3], cat([rows, ones(2, 3)]).shape);
        Assert.Equal([0, 4], rows.matmul(ones(3, 4)).shape);
        Assert.True(none.Equals(tensor(Array.Empty<float>())));
    }

    [Fact]
    public void LargeIntegersCopyExactly()
    {
        long[] values = new long[3_000_000];
        for (int i = 0; i < values.Length; i++)
            values[i] = (i * 0x123456789ABCDEFL) ^ i;
        using Tensor t = tensor(values);
        Assert.Equal(values, t.data<long>().ToArray());
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.Int64)]
    [InlineData(ScalarType.Bool)]
    public void ASavedTensorLoadsAsItWas(ScalarType type)
    {
        using var _ = NewDisposeScope();
        manual_seed(3);
        Tensor t = (randn(3, 5, 200) * 10).to(type), turned = t.transpose(0, 2), nothing = zeros([0, 2], type), scalar = ones(Array.Empty<long>(), type);
        using var stream = new MemoryStream();
        t.Save(stream);
        turned.Save(stream);
        nothing.Save(stream);
        scalar.Save(stream);
        stream.Position = 0;
        Assert.True(t.Equals(Tensor.Load(stream)));
        Assert.True(turned.Equals(Tensor.Load(stream)));
        Assert.Equal([0, 2], Tensor.Load(stream).shape);
        Assert.True(scalar.Equals(Tensor.Load(stream)));
        stream.Position = 0;
        using var reader = new BinaryReader(stream);
        TensorExtensionMethods.Load(reader, skip: true);
        Tensor target = zeros([200, 5, 3], type);
        target.Load(reader);
        Assert.True(turned.Equals(target));
    }

    [Fact]
    public void TheSavedFormIsTypeShapeAndBytesInLeb128()
    {
        using Tensor t = tensor(new byte[300]).reshape(2, 150);
        using var stream = new MemoryStream();
        t.Save(stream);
        Assert.Equal([0, 2, 2, 0x96, 0x01], stream.ToArray()[..5]);
        Assert.Equal(305, stream.Length);
    }

    [Fact]
    public void LoadingSomethingElseIsAnError()
    {
        using Tensor t = ones(2, 3), wrongShape = zeros(3, 2), wrongType = zeros([2, 3], ScalarType.Float64);
        using var stream = new MemoryStream();
        t.Save(stream);
        using var reader = new BinaryReader(stream);
        void FromStart(Tensor target)
        {
            stream.Position = 0;
            target.Load(reader);
        }
        Assert.Contains("shape", Assert.Throws<ArgumentException>(() => FromStart(wrongShape)).Message);
        Assert.Contains("data types", Assert.Throws<ArgumentException>(() => FromStart(wrongType)).Message);
        Assert.Throws<FormatException>(() => Tensor.Load(new MemoryStream([99, 1, 1])));
        stream.SetLength(stream.Length - 1);
        Assert.Throws<EndOfStreamException>(() => FromStart(t));
    }

    [Fact]
    public void ToGivesATensorOfItsOwnThatMayShareElements()
    {
        Tensor a = ones(2), same = a.to(ScalarType.Float32), copied = a.to(ScalarType.Float32, copy: true);
        a.fill_(5);
        a.Dispose();
        Assert.Equal([5f, 5], same.data<float>().ToArray());
        Assert.Equal([1f, 1], copied.data<float>().ToArray());
        using Tensor converted = same.to(ScalarType.Int32, disposeAfter: true);
        Assert.True(same.IsInvalid);
        Assert.Equal([5, 5], converted.data<int>().ToArray());
        copied.Dispose();
    }

    [Fact]
    public void PropertiesSayWhatATensorIs()
    {
        using var _ = NewDisposeScope();
        Tensor t = ones([2, 3, 4], ScalarType.Float64), s = t.select(1, 2);
        Assert.Equal((3, 24, 8), (t.ndim, t.numel(), t.element_size()));
        Assert.Equal([12, 4, 1], t.stride());
        Assert.Equal((4, 3), (t.size(-1), t.size(1)));
        Assert.Equal((8, false), (s.storage_offset(), s.is_contiguous()));
        Assert.Equal("[2x3x4], type = Float64, device = cpu", t.ToString());
        Assert.Equal("[], type = Float32, device = cpu, value = 2.5", tensor(2.5f).ToString());
        Assert.True(t.is_cpu() && t.is_floating_point() && !t.is_cuda && !t.is_integral() && !t.is_meta);
        Tensor meta = empty(1000, 1000, 1000, device: META);
        Assert.True(meta.is_meta);
        Assert.Equal([1000, 1000, 1000], meta.shape);
        Assert.ThrowsAny<Exception>(() => meta.data<float>());
        Assert.Equal("cuda:1", new Device("cuda:1").ToString());
    }
}
