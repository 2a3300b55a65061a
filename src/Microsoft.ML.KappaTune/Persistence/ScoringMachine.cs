using Microsoft.ML.KappaTune.Compute;

namespace Microsoft.ML.KappaTune.Persistence;

/// <summary>
/// What saved models are to compute with, other than what they were trained with. ML.NET makes them by reflection and passes nothing on,
/// so that it is asked for here while they are loaded.
/// </summary>
/// <param name="Device">A device, or <c>auto</c>; null for the model's own.</param>
/// <param name="Threads">Threads of the tensor library; null for the model's own.</param>
internal sealed record ScoringMachine(string? Device, int? Threads)
{
    private static readonly AsyncLocal<ScoringMachine?> Asked = new();

    public static string DeviceOr(string saved) => Asked.Value?.Device ?? saved;

    public static int ThreadsOr(int saved) => Asked.Value?.Threads ?? saved;

    /// <summary>Loads something for a machine.</summary>
    /// <exception cref="ArgumentException">There is no such device here.</exception>
    public static T Use<T>(ScoringMachine? machine, Func<T> load)
    {
        // A model that was trained elsewhere may do with the CPU; who asks for a device gets it, or hears that it isn't there.
        if (machine?.Device is { } device and not ("auto" or "cpu"))
            DeviceName.Parse(device);
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
