internal static partial class ErrorCases
{
    private static void AddPipeline(Dictionary<string, Action> cases)
    {
    }
}
