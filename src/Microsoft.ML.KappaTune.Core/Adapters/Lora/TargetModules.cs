using System.Text.RegularExpressions;

namespace Microsoft.ML.KappaTune.Adapters.Lora;

/// <summary>
/// Which layers have an adapter, as <c>adapter_config.json</c> says it: full names or ends of names, a regular expression, or all linear
/// layers; but none below <see cref="ModulesToSave"/>, nor where a layer's number isn't among the given ones.
/// </summary>
internal sealed record TargetModules
{
    private const string AllLinear = "all-linear";

    // Patterns come from files: none may run for long.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    /// <summary>Names, or the one regular expression.</summary>
    public required IReadOnlyList<string> Targets { get; init; }

    public required bool IsPattern { get; init; }

    /// <summary>Full names, or ends of names, of parameters that have an adapter whatever the layers' names are: experts' stacks.</summary>
    public IReadOnlyList<string> Parameters { get; init; } = [];

    /// <summary>Names, or one regular expression, of layers without an adapter.</summary>
    public IReadOnlyList<string> Excluded { get; init; } = [];

    public bool ExcludedIsPattern { get; init; }

    /// <summary>Names, or ends of names, of modules that were trained as a whole.</summary>
    public IReadOnlyList<string> ModulesToSave { get; init; } = [];

    /// <summary>The layers' numbers; null for all. Full names in <see cref="Targets"/> count whatever their numbers.</summary>
    public IReadOnlyList<int>? LayerNumbers { get; init; }

    /// <summary>What stands before a layer's number; empty for any name.</summary>
    public IReadOnlyList<string> LayerLists { get; init; } = [];

    /// <summary>Whether a layer, by its name in the task model, has an adapter.</summary>
    /// <exception cref="ArgumentException">A regular expression isn't one, or takes too long.</exception>
    public bool Includes(string module) => !Matches(Excluded, ExcludedIsPattern, module) && !IsSavedWhole(module) && IsTarget(module);

    /// <summary>Whether a parameter, by its full name, is among <see cref="Parameters"/>.</summary>
    public bool IncludesParameter(string name) => Matches(Parameters, isPattern: false, name);

    /// <summary>Whether a module is one of <see cref="ModulesToSave"/>, or below one.</summary>
    public bool IsSavedWhole(string module) => ModulesToSave.Any(name => IsMatch($@"(?:.*\.)?{Regex.Escape(name)}(?:\..*)?", module));

    /// <summary>
    /// Whether a pattern, a key of <c>rank_pattern</c>, is about this module: it describes the name, or an end of it; with ^ only the whole
    /// of it. A name that begins as those of tensors do is the whole one, too.
    /// </summary>
    public static bool IsAbout(string pattern, string module) =>
        IsPatternOf(pattern, module) || IsPatternOf(pattern, PeftNames.Prefix + module);

    private static bool IsPatternOf(string pattern, string module) => IsMatch($@"(?:.*\.)?(?:{pattern})", module);

    private bool IsTarget(string module)
    {
        if (IsPattern)
            return Targets[0].Equals(AllLinear, StringComparison.OrdinalIgnoreCase) || IsMatch(Targets[0], module);
        return Targets.Contains(module, StringComparer.Ordinal) || (Matches(Targets, isPattern: false, module) && IsInLayer(module));
    }

    private bool IsInLayer(string module)
    {
        if (LayerNumbers is null)
            return true;
        IEnumerable<string> lists = LayerLists.Count > 0 ? LayerLists : [@"[^.]*"];
        foreach (string list in lists)
        {
            Match match = Match($@"\A.*\.{list}\.([0-9]+)\.", module);
            if (match.Success)
                return int.TryParse(match.Groups[^1].ValueSpan, out int number) && LayerNumbers.Contains(number);
        }

        return false;
    }

    private static bool Matches(IReadOnlyList<string> names, bool isPattern, string module) => isPattern
        ? IsMatch(names[0], module)
        : names.Any(name => module == name || module.EndsWith($".{name}", StringComparison.Ordinal));

    private static bool IsMatch(string pattern, string module) => Match($@"\A(?:{pattern})\z", module).Success;

    private static Match Match(string pattern, string module)
    {
        try
        {
            return Regex.Match(module, pattern, RegexOptions.CultureInvariant, Longest);
        }
        catch (RegexMatchTimeoutException e)
        {
            throw new ArgumentException("The regular expression takes too long.", nameof(pattern), e);
        }
    }
}
