/// <summary>A folder for what a benchmark makes, gone at its end.</summary>
internal static class WorkFolder
{
    public static void Use(string benchmark, Action<string> action)
    {
        string folder = Directory.CreateTempSubdirectory($"kappatune-{benchmark}-").FullName;
        try
        {
            action(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
