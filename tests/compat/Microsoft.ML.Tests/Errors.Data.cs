internal static partial class ErrorCases
{
    private static void AddData(Dictionary<string, Action> cases)
    {
    }
}
