using Microsoft.ML;
using Microsoft.ML.Data;

public class SchemaTests
{
    [Fact]
    public void Types_are_named_and_compared_by_what_they_hold()
    {
        Assert.Equal("Key<UInt32, 0-4>", new KeyDataViewType(typeof(uint), 5).ToString());
        Assert.Equal("Vector<Single, 3>", new VectorDataViewType(NumberDataViewType.Single, 3).ToString());
        Assert.Equal("Vector<Byte, 2, 4>", new VectorDataViewType(NumberDataViewType.Byte, 2, 4).ToString());
        Assert.Equal("Vector<Single>", new VectorDataViewType(NumberDataViewType.Single).ToString());
        Assert.Equal("String", TextDataViewType.Instance.ToString());
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 3), (object)new VectorDataViewType(NumberDataViewType.Single, 3));
        Assert.NotEqual(
            new VectorDataViewType(NumberDataViewType.Single, 6), (object)new VectorDataViewType(NumberDataViewType.Single, 2, 3));
        Assert.NotEqual(new KeyDataViewType(typeof(uint), 5), (object)new KeyDataViewType(typeof(byte), 5));
        Assert.Equal(typeof(VBuffer<ReadOnlyMemory<char>>), new VectorDataViewType(TextDataViewType.Instance).RawType);
        Assert.False(new VectorDataViewType(TextDataViewType.Instance).IsKnownSize);
    }

    [Fact]
    public void Keys_need_an_unsigned_type_that_holds_them()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new KeyDataViewType(typeof(int), 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new KeyDataViewType(typeof(byte), 256));
        Assert.Throws<ArgumentOutOfRangeException>(() => new KeyDataViewType(typeof(uint), 0));
        Assert.True(KeyDataViewType.IsValidDataType(typeof(ulong)));
    }

    [Fact]
    public void The_last_column_of_a_name_hides_those_before()
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("A", NumberDataViewType.Single);
        builder.AddColumn("A", TextDataViewType.Instance);
        DataViewSchema schema = builder.ToSchema();

        Assert.Equal([true, false], schema.Select(column => column.IsHidden));
        Assert.Equal(1, schema["A"].Index);
        Assert.Null(schema.GetColumnOrNull("a"));
        Assert.Equal("A: String", schema[1].ToString());
    }

    [Fact]
    public void Annotations_are_read_by_kind_and_type()
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.AddPrimitiveValue("IsNormalized", BooleanDataViewType.Instance, true);
        ReadOnlyMemory<char>[] names = ["a".AsMemory(), "b".AsMemory()];
        annotations.Add("KeyValues", new VectorDataViewType(TextDataViewType.Instance, 2), (ref VBuffer<ReadOnlyMemory<char>> value) =>
            value = new(2, names));
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("K", new KeyDataViewType(typeof(uint), 2), annotations.ToAnnotations());
        DataViewSchema.Column column = builder.ToSchema()["K"];

        VBuffer<ReadOnlyMemory<char>> values = default;
        column.GetKeyValues(ref values);
        Assert.Equal("K: Key<UInt32, 0-1> {IsNormalized, KeyValues}", column.ToString());
        Assert.Equal(["a", "b"], values.DenseValues().Select(value => value.ToString()));
        Assert.True(column.HasKeyValues());
        Assert.False(column.HasKeyValues(NumberDataViewType.Single));
        Assert.True(column.IsNormalized());
        Assert.False(column.HasSlotNames());
        Assert.Throws<InvalidOperationException>(() => column.GetSlotNames(ref values));
        Assert.Throws<InvalidOperationException>(() =>
        {
            float wrong = 0;
            column.Annotations.GetValue("IsNormalized", ref wrong);
        });
    }

    [Fact]
    public void Row_identifiers_derive_others()
    {
        var id = new DataViewRowId(1, 2);

        Assert.Equal(4, new HashSet<DataViewRowId> { id, id.Fork(), id.Next(), id.Combine(id) }.Count);
        Assert.NotEqual(id.Combine(id.Next()), id.Next().Combine(id));
        Assert.True(new DataViewRowId(5, 0).CompareTo(new DataViewRowId(0, 1)) < 0);
        Assert.Equal("00000000000000020000000000000001", id.ToString());
    }
}
