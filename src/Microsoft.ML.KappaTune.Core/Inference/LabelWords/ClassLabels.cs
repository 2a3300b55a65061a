using System.Collections.ObjectModel;
using System.ComponentModel;
using Microsoft.ML.KappaTune.Options;
using Microsoft.ML.KappaTune.Inference.LabelWords;

namespace Microsoft.ML.KappaTune;

/// <summary>
/// What the classes are to the model: outputs of a new head, or words with which a language model completes a prompt. Immutable.
/// </summary>
[TypeConverter(typeof(ObjectConverter))]
[WrittenAs("""{ "Prompt": "{text} Sentiment:" } for words; leave it out for a new head""")]
public sealed record ClassLabels
{
    /// <summary>A new head has an output for each class.</summary>
    public static ClassLabels AsOutputs => new();

    /// <summary>Whether the classes are words of a language model.</summary>
    public bool AreWords => Prompt is not null;

    /// <summary>
    /// What a class's word completes, such as <c>Tweet: {text} Sarcasm:</c>; null for <see cref="AsOutputs"/>. In it <c>{text}</c> stands
    /// for the text and <c>{pair}</c> for the second one, and words of its own come last. Default: null.
    /// </summary>
    public string? Prompt { get; init; }

    /// <summary>
    /// The classes' words, by the classes' names; a class that isn't among them has its name for a word. A blank is put before a word
    /// unless it begins with one, or the prompt ends with one. Default: none.
    /// </summary>
    public IReadOnlyDictionary<string, string> Words { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>How probabilities follow from the words' likelihoods. Default: <see cref="WordScores.Likelihood"/>.</summary>
    public WordScores Scores { get; init; }

    /// <summary>The classes are words of a language model: the likeliest after a prompt with the text is predicted.</summary>
    /// <param name="prompt">What a word completes, such as <c>Tweet: {text} Sarcasm:</c>.</param>
    /// <param name="words">The classes' words, by the classes' names; null where the names are the words.</param>
    /// <param name="scores">How probabilities follow from the words' likelihoods.</param>
    /// <exception cref="ArgumentException">The prompt has no <c>{text}</c>, or no words of its own behind it.</exception>
    public static ClassLabels AsWords(
        string prompt, IReadOnlyDictionary<string, string>? words = null, WordScores scores = WordScores.Likelihood)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return PromptTemplate.Problem(prompt) is { } allowed
            ? throw new ArgumentException(OptionInfo.Problem(nameof(prompt), prompt, allowed), nameof(prompt))
            : new() { Prompt = prompt, Words = words ?? ReadOnlyDictionary<string, string>.Empty, Scores = scores };
    }

    /// <summary>Whether prompt, words and scores are the same.</summary>
    public bool Equals(ClassLabels? other) => other is not null && (Prompt, Scores) == (other.Prompt, other.Scores)
        && Words.Count == other.Words.Count && Words.All(word => other.Words.TryGetValue(word.Key, out string? its) && its == word.Value);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Prompt, Scores, Words.Count);

    /// <summary>Says in words what the classes are, such as <c>words after "Tweet: {text} Sarcasm:"</c>.</summary>
    public override string ToString() => AreWords ? $"words after \"{Prompt}\"" : "outputs";

    /// <summary>Adds what is wrong with it.</summary>
    internal void Check(OptionProblems problems)
    {
        if (Prompt is not null && PromptTemplate.Problem(Prompt) is { } allowed)
            problems.Require(false, nameof(Prompt), Prompt, allowed);
        problems.Require(
            AreWords || Words.Count == 0, nameof(Words), string.Join(", ", Words.Keys),
            "none where Prompt is null: set a Prompt for words");
        problems.Require(
            !Words.Values.Any(string.IsNullOrWhiteSpace), nameof(Words), "a blank", "words with other characters than blanks");
        problems.Require(Enum.IsDefined(Scores), nameof(Scores), Scores, OptionInfo.Get(typeof(ClassLabels), nameof(Scores)).Allowed);
    }
}
