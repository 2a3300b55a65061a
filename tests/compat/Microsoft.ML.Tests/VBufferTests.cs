using Microsoft.ML.Data;

public class VBufferTests
{
    private static readonly VBuffer<float> Sparse = new(5, 2, [7, 8], [1, 4]);

    [Fact]
    public void A_sparse_vector_has_defaults_between_its_values()
    {
        Assert.False(Sparse.IsDense);
        Assert.Equal([0f, 7f, 0f, 0f, 8f], Sparse.DenseValues());
        Assert.Equal([new(1, 7f), new(4, 8f)], Sparse.Items());
        Assert.Equal(5, Sparse.Items(all: true).Count());
        Assert.Equal((0f, 8f), (Sparse.GetItemOrDefault(2), Sparse.GetItemOrDefault(4)));
        Assert.Equal("Sparse vector of size 5, 2 explicit values", Sparse.ToString());
        Assert.Throws<ArgumentOutOfRangeException>(() => Sparse.GetItemOrDefault(5));
    }

    [Fact]
    public void A_dense_vector_has_no_indices()
    {
        var dense = new VBuffer<float>(2, [1, 2, 3]);

        Assert.True(dense.IsDense);
        Assert.True(dense.GetIndices().IsEmpty);
        Assert.Equal([1f, 2f], dense.GetValues().ToArray());
        Assert.Equal("Dense vector of size 2", dense.ToString());
    }

    [Fact]
    public void Copies_are_dense_sparse_or_parts()
    {
        VBuffer<float> copy = default;
        Sparse.CopyTo(ref copy);
        Assert.Equal(Sparse.Items(), copy.Items());
        Sparse.CopyTo(ref copy, 1, 3);
        Assert.Equal([7f, 0f, 0f], copy.DenseValues());
        Sparse.CopyToDense(ref copy);
        Assert.True(copy.IsDense);
        Assert.Equal(Sparse.DenseValues(), copy.DenseValues());
        var span = new float[7];
        Sparse.CopyTo(span, 1, -1);
        Assert.Equal([0f, -1f, 7f, -1f, -1f, 8f, 0f], span);
    }

    [Fact]
    public void A_vector_can_be_made_dense_in_place()
    {
        VBuffer<float> vector = new(5, 2, [7, 8, 0, 0, 0], [1, 4]);

        vector.CopyToDense(ref vector);

        Assert.Equal([0f, 7f, 0f, 0f, 8f], vector.DenseValues());
    }

    [Fact]
    public void Editing_reuses_memory_and_grows_it_where_needed()
    {
        VBuffer<float> vector = new(3, [1, 2, 3]);

        VBufferEditor<float> smaller = VBufferEditor.Create(ref vector, 2);
        Assert.False(smaller.CreatedNewValues);
        vector = smaller.Commit();
        Assert.Equal([1f, 2f], vector.DenseValues());

        VBufferEditor<float> larger = VBufferEditor.Create(ref vector, 5, keepOldOnResize: true);
        Assert.True(larger.CreatedNewValues);
        larger.Values[4] = 9;
        vector = larger.Commit();
        Assert.Equal([1f, 2f, 3f, 0f, 9f], vector.DenseValues());

        VBufferEditor<float> sparse = VBufferEditor.Create(ref vector, 10, 2);
        (sparse.Values[0], sparse.Indices[0]) = (4, 3);
        Assert.Equal([new(3, 4f)], sparse.CommitTruncated(1).Items());
    }

    [Fact]
    public void Bad_sizes_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new VBuffer<int>(3, [1, 2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new VBuffer<int>(3, 4, [1, 2, 3, 4], null));
        Assert.Throws<ArgumentOutOfRangeException>(() => new VBuffer<int>(3, 1, [1], null));
    }
}
