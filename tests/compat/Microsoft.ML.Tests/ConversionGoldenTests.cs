using System.IO.Compression;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

/// <summary>MapValueToKey and MapKeyToValue give what was recorded: keys, types, annotations, values, warnings, errors.</summary>
public sealed class ConversionGoldenTests
{
    public static TheoryData<string> Recorded() => Golden.Files("ml/mapvaluetokey", "*.json");

    [Theory]
    [MemberData(nameof(Recorded))]
    public void Keys_and_values_are_as_recorded(string file) => GoldenCases.ForEach(file, golden => golden.Text("name")!, golden =>
    {
        if (golden.TryGetProperty("keyOrdinality", out _))
            CheckConversion(golden);
        else if (golden.TryGetProperty("zipEntries", out _))
            CheckSaved(golden);
    });

    private static void CheckConversion(JsonElement golden)
    {
        var context = new MLContext(seed: 1);
        var warnings = new List<string>();
        context.Log += (_, message) =>
        {
            if (message.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning)
                warnings.Add($"Warning: {message.Message}");
        };
        if (golden.TryGetProperty("error", out JsonElement error))
        {
            GoldenError.AssertThrows(error, () => Fit(context, golden));
            return;
        }

        IDataView keyed = Fit(context, golden).Transform(Load(context, golden, "transform"));
        Assert.Equal(golden.Text("keyColumnType"), keyed.Schema["Key"].Type.ToString());
        var key = (KeyDataViewType)(keyed.Schema["Key"].Type is VectorDataViewType vector ? vector.ItemType : keyed.Schema["Key"].Type);
        Assert.Equal(golden.GetProperty("keyCount").GetUInt64(), key.Count);
        Assert.Equal(Values(golden.GetProperty("keys"), "UInt32"), Columns.Read(keyed, "Key"));
        CheckAnnotations(golden.GetProperty("annotations"), keyed.Schema["Key"]);

        if (golden.TryGetProperty("backError", out JsonElement backError))
        {
            GoldenError.AssertThrows(backError, () => Back(context, keyed));
        }
        else
        {
            IDataView back = Back(context, keyed);
            Assert.Equal(golden.Text("backColumnType"), back.Schema["Back"].Type.ToString());
            bool asText = golden.GetProperty("addKeyValueAnnotationsAsText").GetBoolean();
            Assert.Equal(Values(golden.GetProperty("back"), asText ? "String" : golden.Text("valueType")!), Columns.Read(back, "Back"));
        }

        Assert.Equal(golden.GetProperty("warnings").EnumerateArray().Select(warning => warning.GetString()), warnings);
    }

    private static void CheckAnnotations(JsonElement golden, DataViewSchema.Column column)
    {
        Assert.Equal(golden.EnumerateObject().Select(kind => kind.Name), column.Annotations.Schema.Select(kind => kind.Name));
        foreach (JsonProperty kind in golden.EnumerateObject())
        {
            string type = kind.Value.Text("type")!;
            Assert.Equal(type, column.Annotations.Schema[kind.Name].Type.ToString());
            string itemType = type["Vector<".Length..type.LastIndexOf(',')];
            string[] values = Values(kind.Value.GetProperty("values"), itemType);
            Assert.Equal($"[{string.Join(", ", values)}]", Columns.Annotation(column, kind.Name));
        }
    }

    private static void CheckSaved(JsonElement golden)
    {
        var context = new MLContext(seed: 1);
        IDataView fit = Load(context, golden, "fit");
        ITransformer model = context.Transforms.Conversion.MapValueToKey("V").Append(context.Transforms.Conversion.MapKeyToValue("V")).Fit(fit);
        using var stream = new MemoryStream();
        context.Model.Save(model, fit.Schema, stream);
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true))
            Assert.Equal(golden.GetProperty("zipEntries").EnumerateArray().Select(entry => entry.GetString()), zip.Entries.Select(entry => entry.FullName));

        ITransformer loaded = new MLContext().Model.Load(stream, out DataViewSchema schema);
        Assert.Equal(golden.GetProperty("schemaAfterLoad").EnumerateArray().Select(column => column.GetString()),
            schema.Select(column => $"{column.Name}: {column.Type}"));
        IDataView back = loaded.Transform(Load(context, golden, "transform"));
        Assert.Equal(
            golden.GetProperty("columns").EnumerateArray()
                .Select(column => (column.Text("name"), column.Text("type"), column.GetProperty("hidden").GetBoolean())),
            back.Schema.Select(column => ((string?)column.Name, (string?)column.Type.ToString(), column.IsHidden)));
        Assert.Equal(Values(golden.GetProperty("back"), "String"), Columns.Read(back, "V"));
    }

    private static ValueToKeyMappingTransformer Fit(MLContext context, JsonElement golden)
    {
        IDataView? keyData = golden.Text("keyData") is { } list
            ? context.Data.LoadFromEnumerable(list.Split(',').Select(value => new Row<string> { V = value }).ToArray())
            : null;
        return context.Transforms.Conversion.MapValueToKey("Key", "V", golden.GetProperty("maximumNumberOfKeys").GetInt32(),
            Enum.Parse<ValueToKeyMappingEstimator.KeyOrdinality>(golden.Text("keyOrdinality")!),
            golden.GetProperty("addKeyValueAnnotationsAsText").GetBoolean(), keyData).Fit(Load(context, golden, "fit"));
    }

    private static IDataView Back(MLContext context, IDataView keyed) =>
        context.Transforms.Conversion.MapKeyToValue("Back", "Key").Fit(keyed).Transform(keyed);

    private static IDataView Load(MLContext context, JsonElement golden, string property)
    {
        JsonElement[] values = [.. golden.GetProperty(property).EnumerateArray()];
        return golden.Text("valueType") switch
        {
            "String" => Rows(value => value.GetString()!),
            "Single" => Rows(value => (float)value.Number()),
            "Int32" => Rows(value => value.GetInt32()),
            "Boolean" => Rows(value => value.GetBoolean()),
            "UInt32" => Rows(value => value.GetUInt32()),
            "String[]" => Rows(value => value.EnumerateArray().Select(item => item.GetString()!).ToArray(),
                new VectorDataViewType(TextDataViewType.Instance, values[0].GetArrayLength())),
            string other => throw new NotSupportedException($"Value type {other}"),
            null => throw new NotSupportedException("No value type"),
        };

        IDataView Rows<T>(Func<JsonElement, T> parse, DataViewType? type = null)
        {
            SchemaDefinition definition = SchemaDefinition.Create(typeof(Row<T>));
            definition["V"].ColumnType = type ?? definition["V"].ColumnType;
            return context.Data.LoadFromEnumerable(values.Select(value => new Row<T> { V = parse(value) }).ToArray(), definition);
        }
    }

    private static string[] Values(JsonElement golden, string type) =>
        [.. golden.EnumerateArray().Select(value => value.ValueKind == JsonValueKind.Array
            ? $"[{string.Join(", ", Values(value, type.Replace("[]", "", StringComparison.Ordinal)))}]"
            : type == "Single" ? Columns.Format((float)value.Number())
            : type == "Boolean" ? Columns.Format(value.GetBoolean())
            : value.ToString())];

    private sealed class Row<T>
    {
        public T V { get; set; } = default!;
    }
}
