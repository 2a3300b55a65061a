using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

/// <summary>Text files give the recorded schemas, rows, errors and warnings.</summary>
public sealed class TextLoaderGoldenTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    public static TheoryData<string> Cases => Golden.Files("ml/textloader", "cases.json");

    public static TheoryData<string> Values => Golden.Files("ml/textloader", "values.json");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Files_give_the_recorded_rows(string file) => GoldenCases.ForEach(file, golden => golden.Text("name")!, golden =>
    {
        string folder = Path.GetDirectoryName(Golden.Open(file))!;
        var context = new MLContext(seed: 0);
        var warnings = new List<string>();
        context.Log += (_, message) =>
        {
            if (message.Kind is ChannelMessageKind.Warning or ChannelMessageKind.Error)
                warnings.Add($"{message.Kind}: {message.Message.Replace(folder, "<dir>")}");
        };
        string path = Path.Combine(folder, golden.Text("file")!);

        if (golden.TryGetProperty("error", out JsonElement error))
        {
            GoldenError.AssertThrows(error, () => Read(Load(context, path, golden)), folder);
        }
        else
        {
            IDataView data = Load(context, path, golden);
            Assert.Equal(
                golden.GetProperty("schema").EnumerateArray().Select(c =>
                    $"{c.Text("name")}: {c.Text("type")} [{string.Join(", ", c.GetProperty("annotations").EnumerateArray().Select(a => a.GetString()))}]"),
                data.Schema.Where(c => !c.IsHidden)
                    .Select(c => $"{c.Name}: {c.Type} [{string.Join(", ", c.Annotations.Schema.Select(a => a.ToString()))}]"));
            Assert.Equal(golden.GetProperty("rows").EnumerateArray().Select(Describe), Read(data));
        }

        Assert.Equal(golden.GetProperty("warnings").EnumerateArray().Select(warning => warning.GetString()), warnings);
    });

    [Theory]
    [MemberData(nameof(Values))]
    public void Texts_give_the_recorded_values(string file)
    {
        GoldenCases.ForEach(file, golden => $"{golden.Text("kind")} of '{golden.Text("text")}'", golden =>
        {
            File.WriteAllText(_path, golden.Text("text") + "\tx\n");
            var context = new MLContext(seed: 0);
            DataKind kind = Enum.Parse<DataKind>(golden.Text("kind")!);
            string actual;
            try
            {
                IDataView data = context.Data.LoadFromTextFile(_path, [new TextLoader.Column("Value", kind, 0)]);
                actual = Assert.Single(Read(data));
            }
            catch (FormatException error)
            {
                actual = $"{error.GetType().FullName}: {error.Message} <- {error.InnerException?.GetType().FullName}: {error.InnerException?.Message}";
            }

            string expected = golden.TryGetProperty("error", out JsonElement recorded)
                ? $"{recorded.Text("type")}: {recorded.Text("message")} <- {recorded.Text("innerType")}: {recorded.Text("innerMessage")}"
                : $"Value={Describe(golden.GetProperty("value"), kind is DataKind.Single)}";
            Assert.Equal(expected, actual);
        });
    }

    private static IDataView Load(MLContext context, string path, JsonElement golden)
    {
        JsonElement arguments = golden.GetProperty("arguments");
        string api = golden.Text("api")!;
        string? rowClass = api.Contains('<') ? api.Split('<', '>')[1] : null;
        if (rowClass is null)
        {
            TextLoader.Options own = Options(arguments);
            own.Columns = [.. golden.GetProperty("columns").EnumerateArray().Select(Column)];
            return context.Data.LoadFromTextFile(path, own);
        }

        Type type = typeof(TextLoaderRows).GetNestedType(rowClass)
            ?? throw new ArgumentException($"A row class that this test doesn't know: {rowClass}");
        object?[] values = arguments.TryGetProperty("separatorChar", out _)
            ? [context.Data, path, arguments.Text("separatorChar")![0], Flag("hasHeader"), Flag("allowQuoting"), Flag("trimWhitespace"),
                Flag("allowSparse")]
            : [context.Data, path, Options(arguments)];
        MethodInfo method = typeof(TextLoaderSaverCatalog).GetMethods()
            .Single(m => m.Name == nameof(TextLoaderSaverCatalog.LoadFromTextFile) && m.IsGenericMethod
                && m.GetParameters().Length == values.Length);
        return (IDataView)method.MakeGenericMethod(type).Invoke(null, BindingFlags.DoNotWrapExceptions, null, values, null)!;

        bool Flag(string name) => arguments.GetProperty(name).GetBoolean();
    }

    private static TextLoader.Options Options(JsonElement arguments)
    {
        var options = new TextLoader.Options();
        foreach (JsonProperty argument in arguments.EnumerateObject())
        {
            FieldInfo field = typeof(TextLoader.Options).GetField(argument.Name)!;
            Type type = Nullable.GetUnderlyingType(field.FieldType) ?? field.FieldType;
            field.SetValue(options, argument.Value.ValueKind == JsonValueKind.Null ? null
                : type == typeof(char[]) ? argument.Value.EnumerateArray().Select(c => c.GetString()![0]).ToArray()
                : type == typeof(char) ? argument.Value.GetString()![0]
                : argument.Value.Deserialize(type));
        }

        return options;
    }

    private static TextLoader.Column Column(JsonElement column) => new(
        column.Text("name")!,
        Enum.Parse<DataKind>(column.Text("dataKind")!),
        [.. column.GetProperty("source").EnumerateArray().Select(range => new TextLoader.Range(
            range.GetProperty("min").GetInt32(),
            range.GetProperty("max").ValueKind == JsonValueKind.Null ? null : range.GetProperty("max").GetInt32()))],
        column.GetProperty("keyCount").ValueKind == JsonValueKind.Null ? null : new KeyCount(column.GetProperty("keyCount").GetUInt64()));

    private static List<string> Read(IDataView data)
    {
        var rows = new List<string>();
        using DataViewRowCursor cursor = data.GetRowCursor(data.Schema);
        (string Name, Func<string> Read)[] columns = [.. data.Schema.Where(c => !c.IsHidden).Select(c => (c.Name, Reader(cursor, c)))];
        while (cursor.MoveNext())
            rows.Add(string.Join("|", columns.Select(column => $"{column.Name}={column.Read()}")));
        return rows;
    }

    private static Func<string> Reader(DataViewRow row, DataViewSchema.Column column) => (Func<string>)typeof(TextLoaderGoldenTests)
        .GetMethod(column.Type is VectorDataViewType ? nameof(VectorReader) : nameof(ScalarReader),
            BindingFlags.NonPublic | BindingFlags.Static)!
        .MakeGenericMethod(column.Type is VectorDataViewType vector ? vector.ItemType.RawType : column.Type.RawType)
        .Invoke(null, [row, column])!;

    private static Func<string> ScalarReader<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            getter(ref value);
            return Print(value);
        };
    }

    private static Func<string> VectorReader<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<VBuffer<T>> getter = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> value = default;
        return () =>
        {
            getter(ref value);
            return $"[{string.Join(",", value.DenseValues().Select(Print))}]";
        };
    }

    private static string Print<T>(T value) => value switch
    {
        DateTime date => date.ToString("o", CultureInfo.InvariantCulture),
        TimeSpan span => span.ToString("c", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value!.ToString()!,
    };

    private static string Describe(JsonElement row) =>
        string.Join("|", row.EnumerateObject().Select(p => $"{p.Name}={Describe(p.Value, single: true)}"));

    private static string Describe(JsonElement value, bool single) => value.ValueKind switch
    {
        JsonValueKind.Array => $"[{string.Join(",", value.EnumerateArray().Select(item => Describe(item, single)))}]",
        JsonValueKind.Number when !single && !value.GetRawText().AsSpan().ContainsAny('.', 'e', 'E') => value.GetRawText(),
        JsonValueKind.Number => single
            ? value.GetSingle().ToString(CultureInfo.InvariantCulture)
            : value.GetDouble().ToString(CultureInfo.InvariantCulture),
        JsonValueKind.String => value.GetString()!,
        _ => value.GetBoolean().ToString(),
    };
}
