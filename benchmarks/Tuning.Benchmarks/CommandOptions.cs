using System.CommandLine;

/// <summary>Options that several commands have.</summary>
internal static class CommandOptions
{
    public static Option<string?> Data() => new("--data")
    {
        Description = "The folder of data sets; KAPPATUNE_DATA, or ../shared/data beside the clone.",
    };

    public static Option<string> Results(string file) => new("--results")
    {
        DefaultValueFactory = _ => file,
        Description = "The file of results, a line each; runs that are in it aren't done again.",
    };

    /// <summary>A whole number of 1 or more.</summary>
    public static Option<int> Number(string name, int value, string description)
    {
        var option = new Option<int>(name) { DefaultValueFactory = _ => value, Description = description };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
                result.AddError($"{name} is 1 or more.");
        });
        return option;
    }

    /// <summary>Some of all values.</summary>
    /// <param name="usual">Those without the option.</param>
    public static Option<string[]> Several(string name, string[] values, string[] usual)
    {
        var option = new Option<string[]>(name)
        {
            DefaultValueFactory = _ => usual,
            AllowMultipleArgumentsPerToken = true,
            Description = $"Only these of {string.Join(", ", values)}.",
        };
        option.AcceptOnlyFromAmong(values);
        return option;
    }
}
