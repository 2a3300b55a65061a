namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>Reads one added token.</summary>
internal static class AddedTokenReader
{
    public static AddedToken Read(JsonField node, int id)
    {
        bool special = node.Flag("special", otherwise: false);
        return new AddedToken(id, node.Get("content").Text())
        {
            Special = special,
            SingleWord = node.Flag("single_word", otherwise: false),
            LeftStrip = node.Flag("lstrip", otherwise: false),
            RightStrip = node.Flag("rstrip", otherwise: false),
            Normalized = node.Flag("normalized", otherwise: !special),
        };
    }
}
