using System.IO.Compression;
using System.Text;
using Microsoft.ML;
using static ErrorClasses;

internal static partial class ErrorCases
{
    private static void AddModels(Dictionary<string, Action> cases)
    {
        cases["Model.Load of a missing file"] = () => Load("none.zip");
        cases["Model.Load of a folder"] = () => Context.Model.Load(Folder, out _);
        cases["Model.Load(null path)"] = () => Context.Model.Load((string)null!, out _);
        cases["Model.Load(empty path)"] = () => Context.Model.Load("", out _);
        cases["Model.Load of garbage"] = () => Load("garbage.zip", [.. Enumerable.Range(0, 5000).Select(i => (byte)(i * i * 31 >> 3))]);
        cases["Model.Load of text"] = () => Load("text.zip", Encoding.UTF8.GetBytes("not a model"));
        cases["Model.Load of an empty file"] = () => Load("zero.zip", []);
        foreach (int percent in new[] { 10, 50, 95 })
            cases[$"Model.Load of a truncated zip, {percent} % kept"] = () => Load($"cut{percent}.zip", Saved()[..(Saved().Length * percent / 100)]);
        cases["Model.Load of an empty zip"] = () => Load("empty.zip", Edited(_ => false));
        cases["Model.Load of a zip of something else"] = () => Load("other.zip", Edited(_ => false, added: "readme.txt"));
        cases["Model.Load of a zip without the transformer chain"] = () =>
            Load("nochain.zip", Edited(name => !name.StartsWith("TransformerChain", StringComparison.Ordinal)));
        cases["Model.Load of a zip without the schema"] = () => Load("noschema.zip", Edited(name => name != "Schema"));
        cases["Model.Load of a zip without the version"] = () => Load("noversion.zip", Edited(name => name != "TrainingInfo/Version.txt"));
        cases["Model.Load of a zip whose first model key is cut"] = () => Load("cutkey.zip", EditedKey(bytes => bytes[..(bytes.Length / 2)]));
        cases["Model.Load of a zip whose first model key has another signature"] = () => Load("badkey.zip", EditedKey(bytes => [.. "OTHERSIG"u8, .. bytes[8..]]));
        cases["Model.Load of a zip with a missing inner entry"] = () => Load("noentry.zip", Edited(name => !name.EndsWith("Terms.txt", StringComparison.Ordinal)));
        cases["Model.Load of a stream that is empty"] = () => Context.Model.Load(new MemoryStream(), out _);
        cases["Model.Load of a null stream"] = () => Context.Model.Load((Stream)null!, out _);
        cases["Model.Save to a folder that is not there"] = () => Context.Model.Save(Fitted.Value, null, Path.Combine(Folder, "no/such/m.zip"));
        cases["Model.Save of null"] = () => Context.Model.Save(null!, Rows(new FVec()).Schema, Path.Combine(Folder, "null.zip"));
        cases["Model.Save with a null schema"] = () =>
        {
            string path = Path.Combine(Folder, "nullschema.zip");
            Context.Model.Save(Fitted.Value, null, path);
            Context.Model.Load(path, out DataViewSchema schema);
            Assert.Null(schema);
        };
    }

    private static void Load(string name, byte[]? content = null)
    {
        string path = Path.Combine(Folder, name);
        if (content is not null)
            File.WriteAllBytes(path, content);
        Context.Model.Load(path, out _);
    }

    private static byte[] Saved()
    {
        using var stream = new MemoryStream();
        Context.Model.Save(Fitted.Value, Rows(new FVec()).Schema, stream);
        return stream.ToArray();
    }

    // The first that ML.NET writes; here it is the last.
    private static byte[] EditedKey(Func<byte[], byte[]> edit) =>
        ModelZip.Edit(Saved(), (name, bytes) => name == "TransformerChain/Model.key" ? edit(bytes) : bytes);

    private static byte[] Edited(Func<string, bool> keep, string? added = null)
    {
        byte[] edited = ModelZip.Edit(Saved(), (name, bytes) => keep(name) ? bytes : null);
        if (added is null)
            return edited;
        using var stream = new MemoryStream();
        stream.Write(edited);
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Update, leaveOpen: true))
            zip.CreateEntry(added);
        return stream.ToArray();
    }
}
