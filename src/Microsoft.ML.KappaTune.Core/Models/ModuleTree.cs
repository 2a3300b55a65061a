using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Models;

/// <summary>
/// Modules by their paths: registers each where its dotted path says, so that parameters have the names of the checkpoint
/// without a class for every node on the way.
/// </summary>
internal static class ModuleTree
{
    /// <summary>Makes the parts and registers them below <paramref name="root"/>; gives them back by path.</summary>
    public static Dictionary<string, nn.Module> Grow(nn.Module root, IEnumerable<ModelPart> parts, ScalarType dtype, Device device)
    {
        var modules = new Dictionary<string, nn.Module>(StringComparer.Ordinal);
        foreach (ModelPart part in parts)
        {
            nn.Module module = part.Create(dtype, device);
            string[] path = part.Path.Split('.');
            path[..^1].Aggregate(root, Step).register_module(path[^1], module);
            modules.Add(part.Path, module);
        }

        return modules;
    }

    private static nn.Module Step(nn.Module parent, string name)
    {
        foreach ((string itsName, nn.Module child) in parent.named_children())
        {
            if (itsName == name)
                return child;
        }

        var node = new Node(name);
        parent.register_module(name, node);
        return node;
    }

    private sealed class Node(string name) : nn.Module(name);
}
