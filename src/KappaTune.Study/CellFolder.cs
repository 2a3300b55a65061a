using System.Text.Json;
using Microsoft.ML.KappaTune.IO;

namespace Microsoft.ML.KappaTune.Study;

/// <summary>
/// The finished runs of a comparison, a file each, named by what decided them: a stopped comparison goes on from these, or from the lines
/// of <see cref="ComparisonLines"/> where they alone are kept.
/// </summary>
internal sealed class CellFolder(string output)
{
    private readonly Lazy<IReadOnlyDictionary<string, ComparisonCell>> _lines = new(() => ComparisonLines.Read(output));

    private readonly string _folder = Path.Combine(output, "cells");

    /// <summary>The run, under the method's and the draw's names; null where it isn't there, or its file is damaged.</summary>
    public ComparisonCell? Find(CellSpec spec) =>
        (Read(spec.Identity) ?? _lines.Value.GetValueOrDefault(spec.Identity.Key())) is { } cell
            ? cell with { Key = null, Method = spec.Method, Draw = spec.Draw }
            : null;

    public void Save(CellSpec spec, ComparisonCell cell)
    {
        Directory.CreateDirectory(_folder);
        AtomicFile.Write(PathOf(spec.Identity), stream => JsonSerializer.Serialize(stream, cell, ComparisonJson.Options));
    }

    private ComparisonCell? Read(CellIdentity identity)
    {
        try
        {
            return JsonSerializer.Deserialize<ComparisonCell>(File.ReadAllBytes(PathOf(identity)), ComparisonJson.Options);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    private string PathOf(CellIdentity identity) => Path.Combine(_folder, $"{identity.Key()}.json");
}
