namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>
/// A token that is looked for in the text itself, before the model gets to see it; the names are those of <c>tokenizer.json</c>.
/// </summary>
internal sealed record AddedToken(int Id, string Content)
{
    /// <summary>Whether it counts only where no word character is beside it.</summary>
    public bool SingleWord { get; init; }

    /// <summary>Whether it takes the whitespace before it.</summary>
    public bool LeftStrip { get; init; }

    /// <summary>Whether it takes the whitespace after it.</summary>
    public bool RightStrip { get; init; }

    /// <summary>Whether it is looked for in the normalized text, in its own normalized form.</summary>
    public bool Normalized { get; init; }

    public bool Special { get; init; }

    /// <summary>Reads one from <c>added_tokens</c>, or from the configuration.</summary>
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
