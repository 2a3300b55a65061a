using System.IO.Compression;

/// <summary>Changes the entries of a model file.</summary>
internal static class ModelZip
{
    /// <param name="model">The file.</param>
    /// <param name="edit">Gets each entry's name and content; gives the new content, or null for none.</param>
    public static byte[] Edit(byte[] model, Func<string, byte[], byte[]?> edit)
    {
        using var target = new MemoryStream();
        using (var source = new ZipArchive(new MemoryStream(model), ZipArchiveMode.Read))
        using (var copy = new ZipArchive(target, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (ZipArchiveEntry entry in source.Entries)
            {
                using var content = new MemoryStream();
                using (Stream stream = entry.Open())
                    stream.CopyTo(content);
                if (edit(entry.FullName, content.ToArray()) is not { } edited)
                    continue;
                using Stream written = copy.CreateEntry(entry.FullName).Open();
                written.Write(edited);
            }
        }

        return target.ToArray();
    }
}
