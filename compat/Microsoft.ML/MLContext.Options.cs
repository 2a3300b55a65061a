using System.Diagnostics.CodeAnalysis;

namespace Microsoft.ML;

public sealed partial class MLContext
{
    /// <summary>Keeps a value under a name, for components that know it; false where the name is taken.</summary>
    public bool TryAddOption<T>(string name, T value) => _host.State.Options.TryAdd(name, value);

    /// <summary>Keeps a value under a name, in place of what was there.</summary>
    public void SetOption<T>(string name, T value) => _host.State.Options[name] = value;

    /// <summary>Forgets a value; false where there was none.</summary>
    public bool RemoveOption(string name) => _host.State.Options.TryRemove(name, out _);

    /// <summary>The value under a name; false where there's none.</summary>
    public bool TryGetOption<T>(string name, [MaybeNullWhen(false)] out T value)
    {
        bool found = _host.State.Options.TryGetValue(name, out object? kept);
        value = found ? (T)kept! : default;
        return found;
    }

    /// <summary>The value under a name, or the type's default.</summary>
    public T? GetOptionOrDefault<T>(string name) => TryGetOption(name, out T? value) ? value : default;
}
