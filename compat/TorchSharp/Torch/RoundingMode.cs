namespace TorchSharp;

public static partial class torch
{
    /// <summary>What division does to a quotient that isn't whole.</summary>
    public enum RoundingMode
    {
        /// <summary>Leaves it.</summary>
        None = 0,
        /// <summary>Rounds it towards 0.</summary>
        trunc = 1,
        /// <summary>Rounds it down.</summary>
        floor = 2,
    }
}
