using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.ML.KappaTune.Selection;

namespace Microsoft.ML.KappaTune.Reports;

/// <summary>The pages that the build bundles, each with a place for its data. A browser shows them without a network.</summary>
internal static class PageTemplate
{
    private const string Place = "{{report}}";

    // The default encoder escapes <, > and &, so that no name can end the script element that holds the data.
    private static readonly JsonSerializerOptions Options =
        new(MatrixJson.Options) { Encoder = JavaScriptEncoder.Default, WriteIndented = false };

    /// <summary>The page, from the assembly of its data, with these; their members' names are in snake case there.</summary>
    public static string Fill<T>(string name, T document)
    {
        using Stream stream = typeof(T).Assembly.GetManifestResourceStream(name)!;
        // Split rather than replaced: names may hold the place's mark themselves.
        string[] page = new StreamReader(stream).ReadToEnd().Split(Place);
        return page[0] + JsonSerializer.Serialize(document, Options) + page[1];
    }
}
