using System.Collections;

namespace TorchSharp.Modules;

/// <summary>A list of modules, registered under their positions.</summary>
public class ModuleList<T> : torch.nn.Module, IList<T> where T : torch.nn.Module
{
    private readonly List<T> _modules = [];

    /// <summary>A list of the given modules.</summary>
    public ModuleList(params T[] modules) : base("ModuleList") => append(modules);

    /// <summary>How many modules there are.</summary>
    public int Count => _modules.Count;

    /// <summary>False.</summary>
    public bool IsReadOnly => false;

    /// <summary>The module at a position.</summary>
    public T this[int index]
    {
        get => _modules[index];
        set => Change(() => _modules[index] = value);
    }

    /// <summary>Adds a module at the end.</summary>
    public void Add(T item)
    {
        register_module(Count.ToString(), item);
        _modules.Add(item);
    }

    /// <summary>Adds modules at the end.</summary>
    public void append(params T[] parameters) => extend(parameters);

    /// <summary>Adds modules at the end.</summary>
    public void extend(IEnumerable<T> modules)
    {
        foreach (T module in modules)
            Add(module);
    }

    /// <summary>Puts a module at a position; the later ones move up.</summary>
    public void Insert(int index, T item) => Change(() => _modules.Insert(index, item));

    /// <summary>Takes a module out, without disposing it; the later ones move down.</summary>
    public void RemoveAt(int index) => Change(() => _modules.RemoveAt(index));

    /// <summary>Takes a module out, without disposing it; false where it isn't in the list.</summary>
    public bool Remove(T item)
    {
        int index = IndexOf(item);
        if (index >= 0)
            RemoveAt(index);
        return index >= 0;
    }

    /// <summary>Takes all modules out, without disposing them.</summary>
    public void Clear() => Change(_modules.Clear);

    /// <summary>Whether a module is in the list.</summary>
    public bool Contains(T item) => _modules.Contains(item);

    /// <summary>The position of a module, or -1.</summary>
    public int IndexOf(T item) => _modules.IndexOf(item);

    /// <summary>Copies the modules to an array.</summary>
    public void CopyTo(T[] array, int arrayIndex) => _modules.CopyTo(array, arrayIndex);

    /// <summary>The modules, in order.</summary>
    public IEnumerator<T> GetEnumerator() => _modules.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    // Positions are names, so a change in the middle renames the rest.
    private void Change(Action change)
    {
        change();
        ClearModules();
        for (int i = 0; i < Count; i++)
            register_module(i.ToString(), _modules[i]);
    }
}
