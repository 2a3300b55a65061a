using System.Text.RegularExpressions;

namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>The tags with which a template says what the model writes.</summary>
internal static partial class ChatTags
{
    /// <summary>Whether a template has such tags, outside of its comments.</summary>
    public static bool MarksGenerated(string template) => Generation().IsMatch(Comment().Replace(template, ""));

    [GeneratedRegex(@"\{%-?\s*generation\s*-?%\}")]
    private static partial Regex Generation();

    [GeneratedRegex(@"\{#.*?#\}", RegexOptions.Singleline)]
    private static partial Regex Comment();
}
