using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Training;

/// <summary>The base model of a run, opened: its checkpoint, configuration and tokenizer.</summary>
internal sealed class TuningBase : IDisposable
{
    /// <summary>
    /// Tokens of the longest text where the options don't say it: decoders take texts that are so long that a batch of them has no room.
    /// </summary>
    private const int MostTokensByDefault = 1024;

    /// <summary>Opens the base model that the options name.</summary>
    /// <param name="readConfig">Reads the architecture of a checkpoint.</param>
    /// <exception cref="ArgumentException">The model has fewer positions than texts may have tokens.</exception>
    /// <exception cref="CheckpointFormatException">A file can't be read.</exception>
    public TuningBase(TuningOptions options, Func<Checkpoint, TransformerConfig> readConfig)
    {
        Checkpoint = Checkpoint.Open(options.BaseModel, options.ZeroPaddingRow);
        try
        {
            Config = readConfig(Checkpoint);
            Files = TokenizerFiles.Read(Checkpoint);
            Tokenizer = HuggingFaceTokenizer.Create(Files, Config.VocabularySize);
            MaxTokens = Longest(options.MaxSequenceLength);
            Warnings = UnknownFields.OfModel(Checkpoint);
        }
        catch
        {
            Checkpoint.Dispose();
            throw;
        }
    }

    public Checkpoint Checkpoint { get; }

    public TransformerConfig Config { get; }

    /// <summary>The files that the tokenizer was made from.</summary>
    public TokenizerFiles Files { get; }

    public HuggingFaceTokenizer Tokenizer { get; }

    /// <summary>Tokens of the longest text, special ones included.</summary>
    public int MaxTokens { get; }

    /// <summary>What to know about the files: fields that have no effect here.</summary>
    public IReadOnlyList<string> Warnings { get; }

    public void Dispose() => Checkpoint.Dispose();

    /// <summary>Tokens of the longest text where the options don't say it.</summary>
    public static int LongestByDefault(TransformerConfig config, HuggingFaceTokenizer tokenizer)
    {
        int most = config is DecoderConfig ? MostTokensByDefault : int.MaxValue;
        return Math.Min(most, Math.Min(config.MaxTokens, tokenizer.MaxLength));
    }

    private int Longest(int? wanted)
    {
        if (wanted is null)
            return LongestByDefault(Config, Tokenizer);
        return wanted <= Config.MaxTokens ? wanted.Value : throw new ArgumentException(
            $"MaxSequenceLength is {wanted}; allowed is at most {Config.MaxTokens}, the positions of the base model.",
            nameof(TuningOptions.MaxSequenceLength));
    }
}
