namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>One step from tokens back to text; the strings that the last one leaves are joined.</summary>
internal interface ITokenDecoder
{
    /// <summary>Changes the list in place.</summary>
    void Decode(List<string> tokens);
}
