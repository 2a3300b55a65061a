using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;

/// <summary>A sparse vector among a saved schema's annotations: 6 slots, of which the second and the fifth hold something.</summary>
public sealed class SparseAnnotationTests
{
    private const int Length = 6;
    private static readonly int[] s_indices = [1, 4];

    private readonly MLContext _context = new(seed: 1);

    [Fact]
    public void It_comes_back()
    {
        VBuffer<float> value = Load(1, 4);
        Assert.False(value.IsDense);
        Assert.Equal([0, 0.25f, 0, 0, 0.5f, 0], value.DenseValues());
    }

    [Theory]
    [InlineData(1, 6)]
    [InlineData(1, int.MaxValue)]
    [InlineData(-1, 4)]
    [InlineData(int.MinValue, 4)]
    [InlineData(4, 4)]
    [InlineData(4, 1)]
    public void Indices_beyond_it_or_out_of_order_are_a_format_error(int first, int second) =>
        Assert.Throws<FormatException>(() => Load(first, second));

    /// <summary>Saves a schema, with these indices in its file, and gives the annotation as it is loaded.</summary>
    private VBuffer<float> Load(params int[] indices)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        var saved = new VBuffer<float>(Length, 2, [0.25f, 0.5f], s_indices);
        annotations.Add(
            "Weights", new VectorDataViewType(NumberDataViewType.Single, Length), (ref VBuffer<float> value) => saved.CopyTo(ref value));
        var schema = new DataViewSchema.Builder();
        schema.AddColumn("Number", NumberDataViewType.Single, annotations.ToAnnotations());
        IDataView data = _context.Data.LoadFromEnumerable([new Row()]);
        using var stream = new MemoryStream();
        _context.Model.Save(_context.Transforms.CopyColumns("Copy", "Number").Fit(data), schema.ToSchema(), stream);

        bool found = false;
        byte[] edited = ModelZip.Edit(stream.ToArray(), (_, bytes) =>
        {
            int place = bytes.AsSpan().IndexOf(MemoryMarshal.AsBytes<int>(s_indices));
            found |= place >= 0;
            if (place >= 0)
                MemoryMarshal.AsBytes<int>(indices).CopyTo(bytes.AsSpan(place));
            return bytes;
        });
        Assert.True(found, "no file holds the indices");
        _context.Model.Load(new MemoryStream(edited), out DataViewSchema loaded);
        VBuffer<float> result = default;
        loaded["Number"].Annotations.GetValue("Weights", ref result);
        return result;
    }

    private sealed class Row
    {
        public float Number { get; set; }
    }
}
