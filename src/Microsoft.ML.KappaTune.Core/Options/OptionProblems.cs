namespace Microsoft.ML.KappaTune.Options;

/// <summary>Collects everything that is wrong with options, so that one exception tells it all.</summary>
internal sealed class OptionProblems
{
    private readonly Dictionary<string, string> _messages = new(StringComparer.Ordinal);
    private string? _first;

    /// <summary>Checks what the attributes of an object's options say; null has none.</summary>
    public void Check(object? options)
    {
        foreach (OptionInfo option in options is null ? [] : OptionInfo.AllOf(options.GetType()))
        {
            object? value = option.ValueIn(options!);
            Require(option.Allows(value), option.Name, value, option.Allowed);
        }
    }

    /// <summary>Adds a problem where a condition doesn't hold, unless the option has one already.</summary>
    public void Require(bool holds, string name, object? value, string allowed)
    {
        if (!holds)
            Add(name, OptionInfo.Problem(name, value, allowed));
    }

    /// <summary>What a function returns; the default where it throws an <see cref="ArgumentException"/>, which is then a problem.</summary>
    public T? Try<T>(string name, Func<T> function)
    {
        try
        {
            return function();
        }
        catch (ArgumentException e)
        {
            Add(name, PlainText.MessageOf(e));
            return default;
        }
    }

    /// <exception cref="ArgumentException">There are problems; the message tells all of them, and the first is the parameter's.</exception>
    public void Throw()
    {
        if (_first is not null)
            throw new ArgumentException(string.Join(' ', _messages.Values), _first);
    }

    private void Add(string name, string message)
    {
        _messages.TryAdd(name, message);
        _first ??= name;
    }
}
