internal static partial class ErrorCases
{
    private static void AddTraining(Dictionary<string, Action> cases)
    {
    }
}
