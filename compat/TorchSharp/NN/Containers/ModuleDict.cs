using System.Collections;
using System.Diagnostics.CodeAnalysis;
using TorchSharp.Utils;

namespace TorchSharp.Modules;

/// <summary>Modules by name, in the order they were added, registered under their names.</summary>
public class ModuleDict<T> : torch.nn.Module, IEnumerable<(string, T)> where T : torch.nn.Module
{
    private readonly OrderedDict<string, T> _modules = new();

    /// <summary>No modules yet.</summary>
    public ModuleDict() : base("ModuleDict")
    {
    }

    /// <summary>How many modules there are.</summary>
    public int Count => _modules.Count;

    /// <summary>The names, in order.</summary>
    public IEnumerable<string> keys() => _modules.keys();

    /// <summary>The modules, in order.</summary>
    public IEnumerable<T> values() => _modules.values();

    /// <summary>The names with their modules, in order.</summary>
    public IEnumerator<(string, T)> items() => _modules.GetEnumerator();

    /// <summary>The module of a name. A new name is added at the end, a known one keeps its place.</summary>
    public T this[string key]
    {
        get => _modules[key];
        set
        {
            _modules[key] = value;
            ClearModules();
            foreach ((string name, T module) in _modules)
                register_module(name, module);
        }
    }

    /// <summary>Adds a module.</summary>
    public void Add(string key, T value)
    {
        register_module(key, value);
        _modules.Add(key, value);
    }

    /// <summary>Adds a module.</summary>
    public void Add((string, T) item) => Add(item.Item1, item.Item2);

    /// <summary>Takes a module out, without disposing it; false where there is none.</summary>
    public bool Remove(string key)
    {
        register_module(key, null!);
        return _modules.Remove(key);
    }

    /// <summary>Takes all modules out, without disposing them.</summary>
    public void Clear()
    {
        ClearModules();
        _modules.Clear();
    }

    /// <summary>Takes all modules out, without disposing them.</summary>
    public void clear() => Clear();

    /// <summary>Whether there is a module of the name.</summary>
    public bool ContainsKey(string key) => _modules.ContainsKey(key);

    /// <summary>The module of a name, where there is one.</summary>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out T value) => _modules.TryGetValue(key, out value);

    /// <summary>The names with their modules, in order.</summary>
    public IEnumerator<(string, T)> GetEnumerator() => items();

    IEnumerator IEnumerable.GetEnumerator() => items();
}
