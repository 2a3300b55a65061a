using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Microsoft.ML.KappaTune.Tests.Options;

/// <summary>Tables in docs/ that are made of what the code says; with <c>KAPPATUNE_WRITE_DOCS=1</c> they are written anew.</summary>
internal static partial class DocumentationTable
{
    public static string Folder => Path.GetFullPath(Path.Combine(Here(), "../../../docs"));

    /// <summary>The table under a heading of a file has these rows.</summary>
    public static void AssertRows(string file, string heading, string[] rows)
    {
        string path = Path.Combine(Folder, file);
        string[] lines = File.ReadAllLines(path);
        int place = Array.IndexOf(lines, heading);
        Assert.True(place >= 0, $"{file} has no {heading}");
        int from = Array.FindIndex(lines, place, line => line.StartsWith("| ---", StringComparison.Ordinal)) + 1;
        int count = lines.Skip(from).TakeWhile(line => line.StartsWith('|')).Count();
        if (Environment.GetEnvironmentVariable("KAPPATUNE_WRITE_DOCS") == "1")
            File.WriteAllLines(path, [.. lines[..from], .. rows, .. lines[(from + count)..]]);
        else
            Assert.Equal(rows, lines[from..(from + count)]);
    }

    /// <summary>The summary of a property, or of a record's parameter, in one line.</summary>
    public static string Summary(PropertyInfo property)
    {
        Type type = property.DeclaringType!;
        string name = type.FullName!.Replace('+', '.');
        ILookup<string?, XElement> members = XDocument.Load(Path.ChangeExtension(type.Assembly.Location, ".xml"))
            .Descendants("member").ToLookup(member => (string?)member.Attribute("name"));
        XElement text = members[$"P:{name}.{property.Name}"].Select(member => member.Element("summary")).FirstOrDefault()
            ?? members[$"T:{name}"].Single().Elements("param").Single(element => (string?)element.Attribute("name") == property.Name);
        foreach (XElement code in text.Descendants().ToArray())
            code.ReplaceWith($"`{((string?)code.Attribute("cref"))?.Split('(')[0].Split('.')[^1] ?? code.Value}`");
        return Spaces().Replace(text.Value, " ").Trim();
    }

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
