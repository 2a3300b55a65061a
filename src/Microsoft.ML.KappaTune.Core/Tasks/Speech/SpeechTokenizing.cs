using Microsoft.ML.KappaTune.Fusion;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tasks.CausalLm;
using Microsoft.ML.KappaTune.Training.Runs;

namespace Microsoft.ML.KappaTune.Tasks.Speech;

/// <summary>From recordings to rows of tokens and frames.</summary>
internal static class SpeechTokenizing
{
    // Rows between two reports and two checks for cancellation.
    private const int RowsAtOnce = 128;

    /// <param name="what">What the rows are for, in words.</param>
    /// <param name="examples">The recordings, all with frames of the configuration's size.</param>
    /// <exception cref="ArgumentException">No row has frames and fits, or no token is known that ends a text.</exception>
    public static SpeechRows Tokenize(string what, IReadOnlyList<SpeechExample> examples, FusionConfig config, RowTokenizing how)
    {
        var layout = new FusedLayout(how.Tokenizer, config);
        int end = LanguageModelTokenizing.EndOf(how.Tokenizer, (DecoderConfig)how.Config);
        var rows = new SpeechRow[examples.Count];
        for (int begin = 0; begin < examples.Count; begin += RowsAtOnce)
        {
            int last = Math.Min(begin + RowsAtOnce, examples.Count);
            Parallel.For(begin, last, how.Parallel, i => rows[i] = Row(examples[i], layout, config, end));
            how.Report(last);
        }

        SpeechRow[] heard = [.. rows.Where(row => config.VectorCount(row.Frames.Count) > 0)];
        SpeechRow[] taken = [.. heard.Where(row => config.FindExcess(row.Frames.Count) is null)];
        SpeechRow[] kept = [.. taken.Where(row => row.Text.Ids.Length <= how.MaxTokens)];
        string frames = config.EncoderModel is null ? "frames" : "frames enough for a vector";
        if (kept.Length == 0)
        {
            throw new ArgumentException(
                heard.Length == 0 ? $"None of the {examples.Count} {what} rows has {frames}."
                : taken.Length == 0
                    ? $"All of the {examples.Count} {what} rows have more than the {config.MaximumFrames} frames that the encoder takes."
                : $"None of the {examples.Count} {what} rows fits into {how.MaxTokens} tokens: the shortest has "
                    + $"{taken.Min(row => row.Text.Ids.Length)}, prompts, vectors and transcript together. Set a MaxSequenceLength "
                    + "of as many, or more Convolutions or StackedVectors.",
                what == "training" ? nameof(SpeechRequest.Train) : nameof(SpeechRequest.Validation));
        }

        Warn(examples.Count - heard.Length, $"have no {frames}, and are left out.");
        Warn(
            heard.Length - taken.Length,
            $"have more than the {config.MaximumFrames} frames that the encoder takes: they are left out, as a part of a recording hasn't "
            + "all of its words. Cut recordings where nobody speaks.");
        Warn(
            taken.Length - kept.Length,
            $"have more than {how.MaxTokens} tokens, the longest {taken.Max(row => row.Text.Ids.Length)}: they are left out, as a part of "
            + "a recording hasn't all of its words. Set a larger MaxSequenceLength, or cut recordings where nobody speaks.");
        return new(kept, config, layout.FirstVector, examples.Count - kept.Length, how.Tokenizer.PadId);

        void Warn(int count, string why)
        {
            if (count > 0)
                how.Warn($"{count} of {examples.Count} {what} rows {why}");
        }
    }

    private static SpeechRow Row(SpeechExample example, FusedLayout layout, FusionConfig config, int end)
    {
        int[] prompt = layout.Prompt(example.Frames.Count), transcript = [.. layout.Transcript(example.Transcript), end];
        bool[] counted = [.. new bool[prompt.Length], .. transcript.Select(_ => true)];
        return new(
            example, LanguageModelRow.Of(new([.. prompt, .. transcript], counted, IsTruncated: false, CrossesPrompt: false)),
            example.Frames.For(config));
    }
}
