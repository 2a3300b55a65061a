using System.Text.Json;
using Microsoft.ML.KappaTune.IO;

namespace Microsoft.ML.KappaTune.Study;

/// <summary>The finished runs of a comparison, a file each, named by what decided them: a stopped comparison goes on from these.</summary>
internal sealed class CellFolder(string output)
{
    private readonly string _folder = Path.Combine(output, "cells");

    /// <summary>The run, under the method's and the draw's names; null where it isn't there, or its file is damaged.</summary>
    public ComparisonCell? Find(CellSpec spec)
    {
        try
        {
            var cell = JsonSerializer.Deserialize<ComparisonCell>(File.ReadAllBytes(PathOf(spec.Identity)), ComparisonJson.Options);
            return cell is null ? null : cell with { Method = spec.Method, Draw = spec.Draw };
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    public void Save(CellSpec spec, ComparisonCell cell)
    {
        Directory.CreateDirectory(_folder);
        AtomicFile.Write(PathOf(spec.Identity), stream => JsonSerializer.Serialize(stream, cell, ComparisonJson.Options));
    }

    private string PathOf(CellIdentity identity) => Path.Combine(_folder, $"{identity.Key()}.json");
}
