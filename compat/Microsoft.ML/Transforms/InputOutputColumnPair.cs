namespace Microsoft.ML;

/// <summary>The name of a column to make and of the column it is made from.</summary>
public sealed class InputOutputColumnPair
{
    /// <summary>Makes a pair.</summary>
    /// <param name="outputColumnName">The column to make.</param>
    /// <param name="inputColumnName">The column it is made from; null, the default, for the same name.</param>
    public InputOutputColumnPair(string outputColumnName, string? inputColumnName = null)
    {
        Contracts.CheckNonWhiteSpace(null, outputColumnName, nameof(outputColumnName));
        InputColumnName = inputColumnName ?? outputColumnName;
        OutputColumnName = outputColumnName;
    }

    /// <summary>The column it is made from.</summary>
    public string InputColumnName { get; }

    /// <summary>The column to make.</summary>
    public string OutputColumnName { get; }
}
