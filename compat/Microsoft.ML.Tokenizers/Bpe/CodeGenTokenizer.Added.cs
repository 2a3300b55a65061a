using System.Text.RegularExpressions;

namespace Microsoft.ML.Tokenizers;

/// <content>The tokens that CodeGen adds to GPT-2's.</content>
public partial class CodeGenTokenizer
{
    private const int EndOfTextId = 50256, LongestSpaces = 31, LongestTabs = 9;

    private static readonly Dictionary<string, int> s_addedTokens = AddedTokens();

    // Runs of 31 to 2 spaces, then of 9 to 2 tabs.
    private static Dictionary<string, int> AddedTokens()
    {
        int id = EndOfTextId;
        var tokens = new Dictionary<string, int>(StringComparer.Ordinal) { [EndOfText] = id };
        for (int count = LongestSpaces; count >= 2; count--)
            tokens[new string(' ', count)] = ++id;
        for (int count = LongestTabs; count >= 2; count--)
            tokens[new string('\t', count)] = ++id;
        return tokens;
    }

    [GeneratedRegex(Scanner.Gpt2Pattern)]
    private static partial Regex Pattern();
}
