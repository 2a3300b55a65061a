namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>One step that splits a text into words; it may change them too.</summary>
internal interface ITextSplitter
{
    /// <summary>Splits each of the workspace's words, of which none is empty before and after.</summary>
    void Split(Workspace workspace);
}
