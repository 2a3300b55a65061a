namespace Microsoft.ML.KappaTune.Options;

/// <summary>Collects everything that is wrong with options, so that one exception tells it all.</summary>
internal sealed class OptionProblems
{
    private readonly List<(string Name, string Message)> _found;
    private readonly string _path;

    public OptionProblems()
        : this([], "")
    {
    }

    private OptionProblems(List<(string Name, string Message)> found, string path) => (_found, _path) = (found, path);

    /// <summary>The same problems for an object that a property holds: its own properties are named by their path from here.</summary>
    public OptionProblems Within(string property) => new(_found, $"{_path}{property}.");

    /// <summary>Whether nothing was found yet.</summary>
    public bool AreNone => _found.Count == 0;

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
            Add(name, OptionInfo.Problem(_path + name, value, allowed));
    }

    /// <summary>Adds a problem in words, unless the option has one already.</summary>
    public void Add(string name, string message)
    {
        string path = _path + name;
        if (!_found.Exists(problem => problem.Name == path))
            _found.Add((path, message));
    }

    /// <exception cref="ArgumentException">There are problems; the message tells all of them, and the first is the parameter's.</exception>
    public void Throw()
    {
        if (_found.Count > 0)
            throw new ArgumentException(string.Join(' ', _found.Select(problem => problem.Message)), _found[0].Name);
    }
}
