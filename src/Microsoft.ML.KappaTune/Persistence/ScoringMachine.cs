namespace Microsoft.ML.KappaTune.Persistence;

/// <summary>
/// What saved models are to compute with, other than what they were trained with. ML.NET makes them by reflection and passes nothing on,
/// so that it is asked for here while they are loaded.
/// </summary>
/// <param name="Device">A device that is there, or <c>auto</c>; null for the model's own.</param>
/// <param name="Threads">Threads of the tensor library; null for the model's own.</param>
internal sealed record ScoringMachine(string? Device, int? Threads)
{
    private static readonly AsyncLocal<ScoringMachine?> Asked = new();

    public static string DeviceOr(string saved) => Asked.Value?.Device ?? saved;

    public static int ThreadsOr(int saved) => Asked.Value?.Threads ?? saved;

    /// <summary>Loads something for a machine.</summary>
    public static T Use<T>(ScoringMachine? machine, Func<T> load)
    {
        Asked.Value = machine;
        try
        {
            return load();
        }
        finally
        {
            Asked.Value = null;
        }
    }
}
