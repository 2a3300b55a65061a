using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;

/// <summary>Key members go in and come out as recorded: a single one is shifted by one, a vector isn't.</summary>
public class DataEnumerableGoldenTests
{
    public static TheoryData<string> Files => Golden.Files("ml/mapvaluetokey", "cases.json");

    [Theory]
    [MemberData(nameof(Files))]
    public void Keys_go_in_and_come_out_as_recorded(string file) => GoldenCases.ForEach(file, golden => golden.Text("name")!, golden =>
    {
        if (!golden.TryGetProperty("CreateEnumerable", out JsonElement created))
            return;
        var context = new MLContext(seed: 0);
        JsonElement cursor = golden.GetProperty("cursor");
        if (!golden.TryGetProperty("member", out JsonElement member))
        {
            IDataView data = context.Data.LoadFromEnumerable(
                golden.GetProperty("fit").EnumerateArray().Select(v => new TextRow { V = v.GetString()! }).ToArray());
            IDataView keyed = context.Transforms.Conversion.MapValueToKey("V").Fit(data).Transform(data);
            Check<KeyRow, uint>(context, keyed, row => row.V, cursor, created);
        }
        else if (member[0].ValueKind == JsonValueKind.Array)
        {
            var type = new VectorDataViewType(Key(golden), member[0].GetArrayLength());
            IDataView data = Load(context, golden, type, v => new KeysRow { V = v.Deserialize<uint[]>()! });
            Check<KeysRow, uint[]>(context, data, row => row.V, cursor, created);
        }
        else
        {
            IDataView data = Load(context, golden, Key(golden), v => new KeyRow { V = v.GetUInt32() });
            Check<KeyRow, uint>(context, data, row => row.V, cursor, created);
        }
    });

    private static IDataView Load<TRow>(
        MLContext context, JsonElement golden, DataViewType type, Func<JsonElement, TRow> row) where TRow : class
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(TRow));
        definition["V"].ColumnType = type;
        return context.Data.LoadFromEnumerable(golden.GetProperty("member").EnumerateArray().Select(row).ToArray(), definition);
    }

    private static KeyDataViewType Key(JsonElement golden) => new(typeof(uint), golden.GetProperty("keyCount").GetUInt64());

    private static void Check<TRow, TValue>(
        MLContext context, IDataView data, Func<TRow, TValue> member, JsonElement cursor, JsonElement created)
        where TRow : class, new()
    {
        Assert.Equal(cursor.Deserialize<TValue[]>(), data.GetColumn<TValue>("V"));
        Assert.Equal(created.Deserialize<TValue[]>(), context.Data.CreateEnumerable<TRow>(data, reuseRowObject: false).Select(member));
    }

    private sealed class TextRow
    {
        public string V = "";
    }

    private sealed class KeyRow
    {
        public uint V;
    }

    private sealed class KeysRow
    {
        public uint[] V = [];
    }
}
