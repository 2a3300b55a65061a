using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.ML.KappaTune.Tasks.CausalLm;
using Microsoft.ML.KappaTune.Tasks.Classification;

namespace Microsoft.ML.KappaTune.Study;

/// <summary>How a language model is asked for the class of a row: by a prompt, which a word for the class completes.</summary>
public sealed partial record TaskPrompt
{
    /// <summary>What stands for the row's text in a prompt, and for its second one.</summary>
    public const string Text = "{text}", Text2 = "{text2}";

    /// <summary>The prompt, with <see cref="Text"/> in it.</summary>
    public required string Template { get; init; }

    /// <summary>
    /// The words of labels; a label that has none here is its own word. A blank comes before each, unless one ends the prompt.
    /// </summary>
    public IReadOnlyDictionary<string, string> Words { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether the loss counts prompts as well as words.</summary>
    public bool CountsPrompt { get; init; }

    /// <remarks>At once, so that what stands in a row's text isn't taken for a place in the template.</remarks>
    internal string PromptOf(TextExample row) => Places().Replace(Template, place => place.Value == Text ? row.Text : row.Pair ?? "");

    /// <summary>What completes the prompt for a label.</summary>
    internal string CompletionOf(string label)
    {
        string word = Words.GetValueOrDefault(label, label);
        return Template.Length > 0 && char.IsWhiteSpace(Template[^1]) ? word : $" {word}";
    }

    /// <summary>A row as the model learns it.</summary>
    internal LanguageModelExample Example(TextExample row, string label) =>
        LanguageModelExample.OfCompletion(PromptOf(row), CompletionOf(label));

    /// <summary>Adds all of it to a hash.</summary>
    internal void AddTo(IncrementalHash hash, IEnumerable<string> labels) => hash.AppendData(Encoding.UTF8.GetBytes(
        string.Join('\n', [$"prompt\t{CountsPrompt}", Template, .. labels.Select(CompletionOf)])));

    [GeneratedRegex("{text2?}")]
    private static partial Regex Places();
}
