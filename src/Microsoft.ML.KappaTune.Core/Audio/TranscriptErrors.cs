using System.Text.Json.Serialization;

namespace Microsoft.ML.KappaTune;

/// <summary>
/// How wrong transcripts are, in words and characters: after <see cref="TranscriptText.Normalize"/> of both sides, and as they are written.
/// </summary>
/// <param name="Words">Word errors of the normalised texts.</param>
/// <param name="Characters">Character errors of the normalised texts.</param>
/// <param name="RawWords">Word errors of the texts as they are: another case or comma is an error.</param>
/// <param name="RawCharacters">Character errors of the texts as they are.</param>
[method: JsonConstructor]
public readonly record struct TranscriptErrors(
    [property: JsonRequired] ErrorRate Words, [property: JsonRequired] ErrorRate Characters, [property: JsonRequired] ErrorRate RawWords,
    [property: JsonRequired] ErrorRate RawCharacters)
{
    /// <summary>The errors of one transcript.</summary>
    /// <param name="said">What was said, the reference; it may be empty, as of silence.</param>
    /// <param name="heard">What was heard, the hypothesis.</param>
    public static TranscriptErrors Of(string said, string heard)
    {
        string normalSaid = TranscriptText.Normalize(said), normalHeard = TranscriptText.Normalize(heard);
        return new(
            ErrorRate.OfWords(normalSaid, normalHeard), ErrorRate.OfCharacters(normalSaid, normalHeard),
            ErrorRate.OfWords(said, heard), ErrorRate.OfCharacters(said, heard));
    }

    /// <summary>The errors of several transcripts together: all edits, for all that was said.</summary>
    public static TranscriptErrors Sum(IEnumerable<TranscriptErrors> transcripts)
    {
        TranscriptErrors[] all = [.. transcripts];
        return new(
            ErrorRate.Sum(all.Select(errors => errors.Words)), ErrorRate.Sum(all.Select(errors => errors.Characters)),
            ErrorRate.Sum(all.Select(errors => errors.RawWords)), ErrorRate.Sum(all.Select(errors => errors.RawCharacters)));
    }
}
