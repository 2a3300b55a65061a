using System.Text.RegularExpressions;

namespace Microsoft.ML.KappaTune.Selection;

/// <summary>A plan in the words of Python tools, which know tensors and modules but not experts of a stack or parts of a tensor.</summary>
internal static class PlanExport
{
    private const string Weight = ".weight";

    public static string ToSpectrumYaml(TuningPlan plan, bool wholeStacks)
    {
        var yaml = new StringBuilder();
        yaml.Append("# ").Append(plan.Selection).Append(": ")
            .Append(plan.SelectedParameters).Append(" of ").Append(plan.TotalParameters).Append(" parameters\n")
            .Append("unfrozen_parameters:\n");
        foreach (string name in Names(plan.Matrices, wholeStacks))
            yaml.Append("- ").Append(Quoted($"^{Regex.Escape(name)}$")).Append('\n');
        return yaml.ToString();
    }

    public static PeftTargets ToPeftTargets(TuningPlan plan, bool wholeStacks)
    {
        string[] names = [.. Names(plan.Matrices.Where(m => m.Rule == SelectionRule.Rank), wholeStacks)];
        var stacks = plan.Matrices.Where(m => m.Matrix.IsStacked).Select(m => m.Matrix.Name).ToHashSet(StringComparer.Ordinal);
        ILookup<bool, string> byModule = names.ToLookup(name => name.EndsWith(Weight, StringComparison.Ordinal) && !stacks.Contains(name));
        return new([.. byModule[true].Select(name => name[..^Weight.Length])], [.. byModule[false]]);
    }

    private static IEnumerable<string> Names(IEnumerable<PlannedMatrix> matrices, bool wholeStacks)
    {
        foreach (var tensor in matrices.GroupBy(m => m.Matrix.Name, StringComparer.Ordinal))
        {
            int selected = tensor.Count(m => m.Selected), all = tensor.Count();
            if (selected > 0 && selected < all && !wholeStacks)
            {
                throw new InvalidOperationException(
                    $"{selected} of the {all} {TuningPlan.PiecesOf(tensor)} in {tensor.Key} are selected, and this format can only name "
                    + "all of them. Ask for whole stacks to train them all.");
            }

            if (selected > 0)
                yield return tensor.Key;
        }
    }

    /// <summary>Single quotes leave backslashes as they are; control characters need double quotes, whose escapes are JSON's.</summary>
    private static string Quoted(string text) => text.Any(char.IsControl) ? JsonSerializer.Serialize(text) : $"'{text.Replace("'", "''")}'";
}
