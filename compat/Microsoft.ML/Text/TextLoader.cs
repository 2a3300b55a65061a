namespace Microsoft.ML.Data;

/// <summary>Loads data from text files: a line a row, columns between separators.</summary>
public sealed partial class TextLoader
{
    private TextLoader()
    {
    }
}
