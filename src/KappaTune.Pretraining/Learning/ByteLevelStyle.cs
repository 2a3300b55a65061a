namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>Whose special tokens a byte-level tokenizer has.</summary>
internal enum ByteLevelStyle
{
    /// <summary>An encoder's: a text is <c>&lt;s&gt; … &lt;/s&gt;</c>, and <c>&lt;mask&gt;</c> is to be guessed.</summary>
    Roberta,

    /// <summary>A decoder's: nothing is added to a text, and <c>&lt;|endoftext|&gt;</c> ends one.</summary>
    Gpt2,
}
