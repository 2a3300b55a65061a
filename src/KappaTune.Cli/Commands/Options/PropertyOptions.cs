using System.Globalization;

namespace KappaTune.Cli.Commands;

/// <summary>Options of a command that each set a property, which says itself what it is, its default and what is allowed.</summary>
/// <param name="command">Gets the options.</param>
/// <param name="defaults">Has the values that help tells as defaults.</param>
internal sealed class PropertyOptions<T>(Command command, T defaults) where T : class
{
    private readonly List<(OptionInfo Property, Func<ParseResult, object?> Read)> _options = [];

    /// <summary>Adds an option for a property.</summary>
    /// <param name="unit">What help calls the value.</param>
    /// <param name="help">Help where the property has none.</param>
    public Option Add(string name, string property, string unit = "N", string? help = null)
    {
        OptionInfo info = OptionInfo.Get(typeof(T), property);
        help ??= HelpOf(info);
        if (info.Type == typeof(int))
            return Add(CommonOptions.Number<int>(name, unit, help, value => Check(info, value)), info);
        if (info.Type == typeof(double))
            return Add(CommonOptions.Number<double>(name, unit, help, value => Check(info, value)), info);
        if (info.Type == typeof(long))
            return Add(CommonOptions.Value(name, "SIZE", help, Quantities.Sizes, Quantities.ParseSize, value => Check(info, value)), info);
        if (info.Type == typeof(TimeSpan))
            return Add(CommonOptions.Value(name, "TIME", help, Quantities.Times, Quantities.ParseTime, value => Check(info, value)), info);
        if (info.Type == typeof(bool))
        {
            var flag = new Option<bool>(name) { Description = help };
            return Add(flag, info, result => result.GetValue(flag) ? true : null);
        }

        if (!info.Type.IsEnum)
        {
            Option<string> device = CommonOptions.Device(help);
            return Add(device, info, result => result.GetValue(device));
        }

        IReadOnlyDictionary<string, object> words = info.Words;
        var choice = new Option<string>(name) { Description = help };
        choice.AcceptOnlyFromAmong([.. words.Keys]);
        return Add(choice, info, result => result.GetValue(choice) is { } word ? words[word] : null);
    }

    /// <summary>Lets an option that another type's property has set this type's of the same words as well.</summary>
    public void Share(Option<string> choice, string property)
    {
        var info = OptionInfo.Get(typeof(T), property);
        IReadOnlyDictionary<string, object> words = info.Words;
        _options.Add((info, result => result.GetValue(choice) is { } word ? words[word] : null));
    }

    /// <summary>Sets the properties that the command line names, of an object that nobody else has.</summary>
    public T Apply(ParseResult result, T target)
    {
        foreach ((OptionInfo property, Func<ParseResult, object?> read) in _options)
        {
            if (read(result) is { } value)
                property.SetValueIn(target, value);
        }

        return target;
    }

    /// <exception cref="ArgumentException">The value isn't allowed. On a command line nothing is null.</exception>
    private static void Check<TValue>(OptionInfo info, TValue value) => CommonOptions.Require(
        info.Allows(value), OptionInfo.Problem(info.Name, value, info.Allowed.Replace(", or null", "", StringComparison.Ordinal)));

    private Option Add<TValue>(Option<TValue?> option, OptionInfo info) where TValue : struct =>
        Add(option, info, result => result.GetValue(option));

    private Option Add(Option option, OptionInfo info, Func<ParseResult, object?> read)
    {
        command.Options.Add(option);
        _options.Add((info, read));
        OptionNames.Add(command, info.Name, option.Name);
        return option;
    }

    private string HelpOf(OptionInfo info)
    {
        string? value = info.ValueIn(defaults) switch
        {
            Enum word => OptionInfo.WordOf(word),
            bool or null => null,
            object other => Convert.ToString(other, CultureInfo.InvariantCulture),
        };
        string description = info.Description.TrimEnd('.');
        return value is null || description.EndsWith(')') ? $"{description}." : $"{description} (default: {value}).";
    }
}
