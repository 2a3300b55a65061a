using System.Text.Json.Serialization;
using Microsoft.ML.KappaTune.Audio;

namespace Microsoft.ML.KappaTune;

/// <summary>
/// What it takes to make what was heard of what was said, in words or characters: the fewest edits, and of those the most substitutions.
/// </summary>
/// <param name="Substitutions">Units that were heard as others.</param>
/// <param name="Insertions">Units that were heard and not said.</param>
/// <param name="Deletions">Units that were said and not heard.</param>
/// <param name="Length">Units that were said.</param>
[method: JsonConstructor]
public readonly record struct ErrorRate(
    [property: JsonRequired] long Substitutions, [property: JsonRequired] long Insertions, [property: JsonRequired] long Deletions,
    [property: JsonRequired] long Length)
{
    /// <summary>All of them.</summary>
    [JsonIgnore]
    public long Edits => Substitutions + Insertions + Deletions;

    /// <summary>
    /// Edits for each unit that was said, which may be more than 1; where nothing was said, the number of units that were heard.
    /// </summary>
    [JsonIgnore]
    public double Value => (double)Edits / Math.Max(Length, 1);

    /// <summary>The word error rate's counts of one text; words are what white space parts, exactly as they are written.</summary>
    /// <param name="said">The reference.</param>
    /// <param name="heard">The hypothesis.</param>
    public static ErrorRate OfWords(string said, string heard)
    {
        ArgumentNullException.ThrowIfNull(said);
        ArgumentNullException.ThrowIfNull(heard);
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        return Alignment.Count(Numbered(said), Numbered(heard));

        int[] Numbered(string text) => Array.ConvertAll(text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries), word =>
        {
            numbers.TryAdd(word, numbers.Count);
            return numbers[word];
        });
    }

    /// <summary>
    /// The character error rate's counts of one text; characters are Unicode's, exactly as they are written, and white space between words
    /// counts.
    /// </summary>
    /// <param name="said">The reference.</param>
    /// <param name="heard">The hypothesis.</param>
    public static ErrorRate OfCharacters(string said, string heard)
    {
        ArgumentNullException.ThrowIfNull(said);
        ArgumentNullException.ThrowIfNull(heard);
        return Alignment.Count(Codes(said), Codes(heard));

        static int[] Codes(string text) => [.. text.Trim().EnumerateRunes().Select(rune => rune.Value)];
    }

    /// <summary>The counts of several texts together: a long text weighs more than a short one.</summary>
    public static ErrorRate Sum(IEnumerable<ErrorRate> rates)
    {
        ArgumentNullException.ThrowIfNull(rates);
        return rates.Aggregate(default(ErrorRate), (sum, rate) => new(
            sum.Substitutions + rate.Substitutions, sum.Insertions + rate.Insertions, sum.Deletions + rate.Deletions,
            sum.Length + rate.Length));
    }
}
