using Microsoft.ML.KappaTune.IO;
using Microsoft.ML.KappaTune.Reports;
using Spectre.Console;

namespace KappaTune.Cli.Output;

/// <summary>What came out of a comparison: in numbers, then in the words that its page has at the top.</summary>
internal static class ComparisonOutcome
{
    public static void Write(ComparisonDocument document, TextWriter writer)
    {
        ComparisonTable.Write(document, writer);
        ComparisonPage page = ComparisonView.Of(document);
        foreach (string sentence in page.Lead.Concat(page.Verdict.Select(one => $"{one.Name} {one.Value}")).Concat(page.Notes))
        {
            writer.WriteLine();
            Screen.On(writer).Write(new Text(PlainText.OneLine(sentence) + Environment.NewLine));
        }
    }
}
