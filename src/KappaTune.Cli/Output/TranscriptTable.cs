using KappaTune.Cli.Data;

namespace KappaTune.Cli.Output;

/// <summary>Errors of transcripts on the terminal.</summary>
internal static class TranscriptTable
{
    public static void Write(SpeechEvaluation evaluation, TextWriter writer)
    {
        TranscriptErrors errors = evaluation.Errors;
        writer.WriteLine($"Recordings:       {NumberText.Count(evaluation.Rows)}");
        writer.WriteLine($"Word errors:      {Of(errors.Words, "words")}");
        writer.WriteLine($"Character errors: {Of(errors.Characters, "characters")}");
        writer.WriteLine($"As written:       word errors {Share(errors.RawWords)}, character errors {Share(errors.RawCharacters)}");
    }

    private static string Of(ErrorRate rate, string units) =>
        $"{Share(rate)} of {NumberText.Count(rate.Length)} {units}: {NumberText.Count(rate.Substitutions)} others, "
        + $"{NumberText.Count(rate.Deletions)} missing, {NumberText.Count(rate.Insertions)} too many";

    private static string Share(ErrorRate rate) => Invariant($"{100 * rate.Value:0.0} %");
}
