using Microsoft.ML;
using Microsoft.ML.Data;

internal static partial class ErrorCases
{
    private static void AddData(Dictionary<string, Action> cases)
    {
        var context = new MLContext(seed: 0);
        AddTextFiles(cases, context);
        AddEnumerables(cases, context);
        AddSchemas(cases, context);
    }

    private static void AddTextFiles(Dictionary<string, Action> cases, MLContext context)
    {
        string none = Path.Combine(Folder, "none.tsv");
        cases.Add("LoadFromTextFile of a missing file", () => context.Data.LoadFromTextFile<DocRow>(none));
        cases.Add("LoadFromTextFile of a missing file, options", () => context.Data.LoadFromTextFile(none, new TextLoader.Options()));
        cases.Add("LoadFromTextFile of a missing folder", () => context.Data.LoadFromTextFile<DocRow>(Path.Combine(Folder, "no/such.tsv")));
        cases.Add("LoadFromTextFile of a folder", () => context.Data.LoadFromTextFile<DocRow>(Folder));
        cases.Add("LoadFromTextFile of a pattern without a match", () =>
            context.Data.LoadFromTextFile<DocRow>(Path.Combine(Folder, "*.none")));
        cases.Add("LoadFromTextFile(null)", () => context.Data.LoadFromTextFile<DocRow>(null!));
        cases.Add("LoadFromTextFile(empty path)", () => context.Data.LoadFromTextFile<DocRow>(""));
        cases.Add("LoadFromTextFile without columns", () => context.Data.LoadFromTextFile(DocFile("doc.tsv"), new TextLoader.Options()));
        cases.Add("the file is deleted before it is read", () =>
        {
            string path = DocFile("gone.tsv");
            IDataView data = context.Data.LoadFromTextFile<DocRow>(path);
            File.Delete(path);
            Exhaust(data);
        });
    }

    private static void AddEnumerables(Dictionary<string, Action> cases, MLContext context)
    {
        cases.Add("CreateEnumerable of a missing column", () => context.Data.CreateEnumerable<TextRow>(Vectors(context), false).Count());
        cases.Add("CreateEnumerable of a missing column, ignored", () =>
            context.Data.CreateEnumerable<TextRow>(Vectors(context), false, ignoreMissingColumns: true).Count());
        cases.Add("CreateEnumerable of another type", () => context.Data.CreateEnumerable<FloatLabelRow>(Vectors(context), false).Count());
        cases.Add("LoadFromEnumerable(null)", () => context.Data.LoadFromEnumerable<VectorRow>(null!));
        cases.Add("LoadFromEnumerable with a null row", () => Exhaust(context.Data.LoadFromEnumerable(new VectorRow[] { null! })));
    }

    private static void AddSchemas(Dictionary<string, Action> cases, MLContext context)
    {
        cases.Add("schema indexer with a missing name", () => _ = Vectors(context).Schema["Nope"]);
        cases.Add("schema indexer out of range", () => _ = Vectors(context).Schema[9]);
        cases.Add("GetColumn of a missing name", () => Vectors(context).GetColumn<string>("Nope").Count());
        cases.Add("GetColumn of another type", () => Vectors(context).GetColumn<float>("Label").Count());
        cases.Add("GetGetter of another type", () =>
        {
            IDataView data = Vectors(context);
            using DataViewRowCursor cursor = data.GetRowCursor(data.Schema);
            cursor.GetGetter<int>(data.Schema["Label"]);
        });
        cases.Add("GetGetter of a column that was not asked for", () =>
        {
            IDataView data = Vectors(context);
            using DataViewRowCursor cursor = data.GetRowCursor([data.Schema["Label"]]);
            cursor.GetGetter<VBuffer<float>>(data.Schema["Features"]);
        });
        cases.Add("a getter before MoveNext", () =>
        {
            IDataView data = Vectors(context);
            using DataViewRowCursor cursor = data.GetRowCursor(data.Schema);
            ReadOnlyMemory<char> label = default;
            cursor.GetGetter<ReadOnlyMemory<char>>(data.Schema["Label"])(ref label);
        });
    }

    private static IDataView Vectors(MLContext context) =>
        context.Data.LoadFromEnumerable(
            new VectorRow[] { new() { Label = "a", Features = [1, 2, 3] }, new() { Label = "b", Features = [4, 5, 6] } });

    private static string DocFile(string name)
    {
        string path = Path.Combine(Folder, name);
        File.WriteAllText(path, "a\tone\t1\nb\ttwo\t2\n");
        return path;
    }

    private static void Exhaust(IDataView data)
    {
        using DataViewRowCursor cursor = data.GetRowCursor(data.Schema);
        while (cursor.MoveNext())
        {
        }
    }

    private sealed class DocRow
    {
        [LoadColumn(0)] public string Label = "";
        [LoadColumn(1)] public string Text = "";
        [LoadColumn(2)] public float Number = 0;
    }

    private sealed class VectorRow
    {
        public string Label = "";
        [VectorType(3)] public float[] Features = [];
    }

    private sealed class TextRow
    {
        public string Text = "";
    }

    private sealed class FloatLabelRow
    {
        public float Label = 0;
    }
}
