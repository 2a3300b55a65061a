/// <summary>What to call for each recorded error, by its name.</summary>
internal static partial class ErrorCases
{
    /// <summary>Where the cases may put files; it stands for <c>&lt;dir&gt;</c> in recorded messages.</summary>
    public static string Folder { get; } = Directory.CreateTempSubdirectory("errors-").FullName;

    public static Dictionary<string, Action> Create()
    {
        var cases = new Dictionary<string, Action>(StringComparer.Ordinal);
        AddData(cases);
        AddPipeline(cases);
        AddTraining(cases);
        return cases;
    }
}
