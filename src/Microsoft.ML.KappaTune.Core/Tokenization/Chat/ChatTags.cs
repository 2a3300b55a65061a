using System.Text.RegularExpressions;

namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>The tags with which a template says what the model writes.</summary>
internal static partial class ChatTags
{
    /// <remarks>What is said in comments isn't done.</remarks>
    public static bool MarksGenerated(string template) => Generation().IsMatch(Comment().Replace(template, ""));

    [GeneratedRegex(@"\{%-?\s*generation\s*-?%\}")]
    private static partial Regex Generation();

    [GeneratedRegex(@"\{#.*?#\}", RegexOptions.Singleline)]
    private static partial Regex Comment();
}
