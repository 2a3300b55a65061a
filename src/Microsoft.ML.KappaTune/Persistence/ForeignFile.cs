using System.IO.Compression;
using Microsoft.ML.KappaTune.IO;

namespace Microsoft.ML.KappaTune.Persistence;

/// <summary>Files that aren't saved models, or aren't whole: ML.NET says neither what they are nor what to do.</summary>
internal static class ForeignFile
{
    // What every model that ML.NET saves has an entry of.
    private const string Versions = "TrainingInfo";

    /// <summary>Makes an error with file, cause and remedy of what ML.NET or the archive's reader found; null for any other error.</summary>
    public static FormatException? Explain(string path, Exception cause)
    {
        const string Remedy = "Name a model that was saved as a .zip file.", Again = "Copy it again, or save the model again.";
        bool isOurs = cause.Source?.StartsWith(typeof(ForeignFile).Assembly.GetName().Name!, StringComparison.Ordinal) == true;
        if (isOurs || cause is not (FormatException or InvalidDataException or InvalidOperationException))
            return null;
        string? problem = DocumentKind.Find(path) is not { } kind ? $"isn't a zip archive, as saved models are. {Remedy}"
            : kind != DocumentKind.Zip ? $"is {kind.Name}; wanted is a saved model. {Remedy}"
            : EntriesOf(path) is not { } entries ? $"is a zip archive that was cut off or damaged. {Again}"
            : !entries.Any(entry => entry.StartsWith(Versions, StringComparison.Ordinal)) ? $"is a zip archive without a model. {Remedy}"
            // A component that isn't there, say.
            : cause is InvalidOperationException ? null
            : $"is a damaged model: {PlainText.MessageOf(cause).TrimEnd('.')}. {Again}";
        return problem is null ? null : new FormatException($"{PlainText.OneLine(path)} {problem}", cause);
    }

    private static string[]? EntriesOf(string path)
    {
        try
        {
            using ZipArchive archive = ZipFile.OpenRead(path);
            return [.. archive.Entries.Select(entry => entry.FullName)];
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
