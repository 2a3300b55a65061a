using Microsoft.ML.KappaTune.Compute;

namespace Microsoft.ML.KappaTune.Study;

/// <summary>Where to compute.</summary>
public static class ComputeDevice
{
    /// <summary>A device by its own name: of <c>auto</c>, the first GPU's, or <c>cpu</c> where there is none.</summary>
    /// <param name="name">auto, cpu, cuda or cuda:0.</param>
    /// <exception cref="ArgumentException">There is no such device here.</exception>
    public static string Resolve(string name) => DeviceName.Parse(name, allowAuto: true).ToString();
}
