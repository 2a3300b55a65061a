using System.Text.Json;
using Microsoft.ML.KappaTune.Tests.Options;

namespace Microsoft.ML.KappaTune.Tests.Selection;

/// <summary>The pages about JSON files name every value that a field may have.</summary>
public class FormatPageTests
{
    [Theory]
    [InlineData("scan-json.md", typeof(FusedMatrices))]
    [InlineData("scan-json.md", typeof(ScanPrecision))]
    [InlineData("scan-json.md", typeof(SelectionGrouping))]
    [InlineData("scan-json.md", typeof(SelectionPolicy))]
    [InlineData("scan-json.md", typeof(SelectionRule))]
    [InlineData("scan-json.md", typeof(SelectionScore))]
    [InlineData("scan-json.md", typeof(TensorPart))]
    [InlineData("scan-json.md", typeof(TensorRole))]
    [InlineData("tuning-json.md", typeof(RetentionObjective))]
    [InlineData("tuning-json.md", typeof(TuningStop))]
    [InlineData("tuning-json.md", typeof(BudgetAction))]
    [InlineData("tuning-json.md", typeof(BudgetOutcome))]
    public void A_page_names_all_values(string page, Type type)
    {
        string text = File.ReadAllText(Path.Combine(DocumentationTable.Folder, page));
        Assert.All(
            Enum.GetNames(type).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName),
            word => Assert.Contains($"`{word}`", text, StringComparison.Ordinal));
    }
}
