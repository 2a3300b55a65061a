namespace TorchSharp.Modules;

/// <summary>Modules one after another, each taking the result of the one before. What lies between is disposed.</summary>
public class Sequential : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    private readonly List<torch.nn.IModule<torch.Tensor, torch.Tensor>> _steps = [];

    /// <summary>The modules in order, named by their positions.</summary>
    protected internal Sequential(params torch.nn.Module<torch.Tensor, torch.Tensor>[] modules) : base(nameof(Sequential))
    {
        foreach (var module in modules)
            append(module);
    }

    /// <summary>The modules in order, with their names.</summary>
    protected internal Sequential(params (string name, torch.nn.Module<torch.Tensor, torch.Tensor> submodule)[] modules) : base(nameof(Sequential))
    {
        foreach (var (name, module) in modules)
            append(name, module);
    }

    /// <summary>How many modules there are.</summary>
    public int Count => _steps.Count;

    /// <summary>Adds a module at the end, named by its position.</summary>
    public Sequential append(torch.nn.IModule<torch.Tensor, torch.Tensor> module) => append(_steps.Count.ToString(), module);

    /// <summary>Adds a named module at the end.</summary>
    public Sequential append(string name, torch.nn.IModule<torch.Tensor, torch.Tensor> module)
    {
        register_module(name, (torch.nn.Module)module);
        _steps.Add(module);
        return this;
    }

    /// <summary>The result of the last module; the input where there is none.</summary>
    public override torch.Tensor forward(torch.Tensor tensor)
    {
        torch.Tensor result = _steps.Count == 0 ? tensor.alias() : _steps[0].call(tensor);
        foreach (var step in _steps.Skip(1))
        {
            using torch.Tensor between = result;
            result = step.call(between);
        }
        return result;
    }
}
