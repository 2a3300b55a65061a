using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace KappaTune.Cli.Commands;

/// <summary>Options that several commands have.</summary>
internal static partial class CommonOptions
{
    public static Option<string> File(string name, string description) => new(name) { Description = description, HelpName = "FILE" };

    public static Option<string> Folder(string name, string description) => new(name) { Description = description, HelpName = "DIR" };

    public static Option<string> Json() => File("--json", "Write the scan and what is selected as JSON.");

    public static Option<string> Html() => File("--html", "Write a report with charts as one HTML file.");

    public static Argument<string> Scan() => new("SCAN") { Description = "A scan's JSON file." };

    /// <summary>Where no option names other ones.</summary>
    public const string LabelColumn = "Label", TextColumn = "Text", FileColumn = "File", SaidColumn = "Said";

    public static Option<string> Label() => Column("--label", $"The column that holds labels (default: {LabelColumn}).");

    /// <param name="otherwise">What column it is where none is named.</param>
    public static Option<string> Recordings(string otherwise = FileColumn) => Column(
        "--file", $"The column of recordings: WAV files, by their paths from the table's folder (default: {otherwise}).");

    public static Option<string> Said() => Column("--said", $"The column of what is said in them (default: {SaidColumn}).");

    public static Option<string> Column(string name, string description) => new(name) { Description = description, HelpName = "COLUMN" };

    public static Option<int?> Threads() => Count("--threads", "Threads to compute with; all cores by default.");

    public static Option<int?> Count(string name, string description) =>
        Number<int>(name, "N", description, value => Require(value >= 1, $"{value} isn't 1 or more."));

    /// <summary>Where to compute. Whether there is such a device is found out when it is used.</summary>
    public static Option<string> Device(string description = "auto (default: the first GPU, where there is one), cpu or cuda:0.") =>
        new Option<string>("--device") { Description = description, HelpName = "DEVICE" }.Checked(
            value => Require(DeviceName().IsMatch(value), $"'{value}' isn't auto, cpu, cuda or cuda:0."));

    /// <summary>A text of the command line, in which <c>\n</c> stands for a line break.</summary>
    [return: NotNullIfNotNull(nameof(value))]
    public static string? TextOf(string? value) => value?.Replace(@"\n", "\n", StringComparison.Ordinal);

    /// <summary>Adds them in the order of help.</summary>
    public static void AddOptions(this Command command, params ReadOnlySpan<Option> options)
    {
        foreach (Option option in options)
            command.Options.Add(option);
    }

    /// <summary>An option whose value is a number that <paramref name="check"/> doesn't throw for.</summary>
    public static Option<T?> Number<T>(string name, string unit, string description, Action<T> check)
        where T : struct, INumber<T> => Value(
            name, unit, description, typeof(T) == typeof(double) ? "a number" : "a whole number of that size",
            text => T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out T value) ? value : null, check);

    /// <summary>An option whose value <paramref name="parse"/> makes of its text, and <paramref name="check"/> doesn't throw for.</summary>
    /// <param name="kind">What the text is to be, for the error where it isn't.</param>
    public static Option<T?> Value<T>(
        string name, string unit, string description, string kind, Func<string, T?> parse, Action<T> check) where T : struct => new(name)
        {
            Description = description,
            HelpName = unit,
            CustomParser = result =>
            {
                string text = result.Tokens.Single().Value;
                if (parse(text) is not { } value)
                    result.AddError($"{name}: '{text}' isn't {kind}.");
                else if (Problem(() => check(value)) is { } problem)
                    result.AddError(OptionNames.Translate(name, problem));
                else
                    return value;
                return null;
            },
        };

    /// <summary>Makes an error of usage of what <paramref name="check"/> throws for a value.</summary>
    public static Option<T> Checked<T>(this Option<T> option, Action<T> check) where T : class
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && Problem(() => check(result.GetValueOrDefault<T>()!)) is { } problem)
                result.AddError(OptionNames.Translate(option.Name, problem));
        });
        return option;
    }

    /// <exception cref="ArgumentException">It doesn't hold.</exception>
    public static void Require(bool holds, string otherwise)
    {
        if (!holds)
            throw new ArgumentException(otherwise);
    }

    private static string? Problem(Action check)
    {
        try
        {
            check();
            return null;
        }
        catch (ArgumentException e)
        {
            return PlainText.MessageOf(e);
        }
    }

    [GeneratedRegex(@"\A(?:auto|cpu|cuda(?::[0-9]{1,3})?)\z")]
    private static partial Regex DeviceName();
}
