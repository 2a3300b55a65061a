using Microsoft.ML.KappaTune.Study;
using Microsoft.ML.KappaTune.Study.Pages;
using Spectre.Console;

namespace KappaTune.Cli.Output;

/// <summary>What came out of a comparison: in numbers, then in the words that its page has at the top.</summary>
internal static class ComparisonOutcome
{
    public static void Write(ComparisonResult comparison, TextWriter writer)
    {
        ComparisonTable.Write(comparison, writer);
        foreach (string sentence in ComparisonReport.Sentences(comparison))
        {
            writer.WriteLine();
            Screen.On(writer).Write(new Text(PlainText.OneLine(sentence) + Environment.NewLine));
        }
    }
}
