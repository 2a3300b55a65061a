using System.Text.RegularExpressions;

namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>The tags with which a template says what the model writes.</summary>
internal static partial class ChatTags
{
    public static bool MarksGenerated(string template) => Generation().IsMatch(template);

    [GeneratedRegex(@"\{%-?\s*generation\s*-?%\}")]
    private static partial Regex Generation();
}
