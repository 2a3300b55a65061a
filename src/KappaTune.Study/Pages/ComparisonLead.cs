using static Microsoft.ML.KappaTune.Study.Pages.ComparisonWords;

namespace Microsoft.ML.KappaTune.Study.Pages;

/// <summary>What came out of a comparison of methods, in sentences that follow from the numbers, whichever way they point.</summary>
internal static class ComparisonLead
{
    /// <summary>What was compared, and what came out.</summary>
    public static string[] Sentences(ComparisonResult document, MethodResult[] results) => [Compared(document), Outcome(results)];

    private static string Compared(ComparisonResult document) =>
        $"{Capital(Number(document.Methods.Count))} way{(document.Methods.Count == 1 ? "" : "s")} to fine-tune the model "
        + $"{Quoted(document.Base.Name)} on the task {Quoted(document.Task.Name)} were compared: "
        + "how much had each made the model forget of the language it knew, measured on "
        + $"text that has nothing to do with the task{ControlText(document)}, by the time that all had learnt the task equally well?";

    private static string ControlText(ComparisonResult document) =>
        document.Controls.Count == 0 ? "" : $" ({Quoted(document.Controls[0].Name)})";

    private static string Outcome(MethodResult[] results)
    {
        MethodResult[] ranked = [.. results.Where(result => result.Forgetting is not null && result.ChangesModel)];
        if (ranked.Length == 0)
            return "Nothing came out yet: no run that changes the model has learnt as much as the others.";
        MethodResult best = ranked[0];
        MethodResult? next = ranked.ElementAtOrDefault(1);
        MethodResult? hero = MethodResult.Hero(results);
        string forgot = $"{Quoted(best.Title)} forgot least: {Amount(best)}";
        if (hero is null || next is null && hero == best)
            return forgot + ".";
        if (hero.Forgetting is null)
            return $"{Quoted(hero.Title)} never learnt as much as the others and so can't be compared; {forgot}.";
        return hero == best ? Won(forgot, best, ranked[1..]) : Lost(forgot, hero, ranked);
    }

    private static string Won(string forgot, MethodResult best, MethodResult[] others)
    {
        MethodResult next = others[0];
        MethodResult[] close = [.. others.Where(other => MethodResult.Overlap(best.Forgetting!, other.Forgetting!) == true)];
        if (close.Length > 0)
        {
            string which = close.Length == 1
                ? $"that of {At(close[0])}"
                : $"those of {Number(close.Length)} others, the nearest {At(close[0])}";
            return $"{forgot}, but its 95 % interval overlaps {which}, so this may be chance.";
        }

        return others.All(other => MethodResult.Overlap(best.Forgetting!, other.Forgetting!) == false)
            ? $"{forgot}, clearly less than any other: the next is {At(next)}, and no other 95 % interval overlaps its own."
            : $"{forgot}, and the next is {At(next)}, but some of these have too few runs for an interval, so this may be chance.";
    }

    private static string Lost(string forgot, MethodResult hero, MethodResult[] ranked)
    {
        string place =
            $"{Quoted(hero.Title)} is {Ordinal(Array.IndexOf(ranked, hero) + 1)} of {ranked.Length} with {Nats(hero.Forgetting!)}";
        return MethodResult.Overlap(ranked[0].Forgetting!, hero.Forgetting!) switch
        {
            true => $"{forgot}; {place}, but their 95 % intervals overlap, so the difference may be chance.",
            false => $"{forgot}; {place}, clearly more, for their 95 % intervals don't overlap.",
            null => $"{forgot}; {place}, but some of these have too few runs for an interval, so the difference may be chance.",
        };
    }

    private static string Amount(MethodResult result)
    {
        string unit = $"{Nats(result.Forgetting!.Mean)} nats a token";
        return result.Forgetting is { Low: { } low, High: { } high } ? $"{unit} ({Nats(low)} to {Nats(high)})" : unit;
    }

    private static string At(MethodResult result) => $"{Quoted(result.Title)} with {Nats(result.Forgetting!)}";
}
