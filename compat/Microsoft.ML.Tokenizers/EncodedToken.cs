namespace Microsoft.ML.Tokenizers;

/// <summary>One token of a text: its id, its text in the vocabulary and the characters it covers.</summary>
public readonly struct EncodedToken : IEquatable<EncodedToken>
{
    /// <summary>Makes a token of <paramref name="id"/> and <paramref name="value"/> that covers <paramref name="offset"/>.</summary>
    public EncodedToken(int id, string value, Range offset)
    {
        Id = id;
        Value = value;
        Offset = offset;
    }

    /// <summary>The token's id.</summary>
    public int Id { get; }

    /// <summary>The token's text as the vocabulary has it.</summary>
    public string Value { get; }

    /// <summary>The characters (UTF-16 units) it covers, of the normalized text where there is one, else of the text.</summary>
    public Range Offset { get; }

    /// <inheritdoc/>
    public bool Equals(EncodedToken other) => Id == other.Id && Value == other.Value && Offset.Equals(other.Offset);
}
