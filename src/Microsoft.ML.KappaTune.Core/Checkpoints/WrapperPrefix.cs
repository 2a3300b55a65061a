namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>What programs that wrap a model put into the names of its tensors, which a model saved from within the wrapper keeps.</summary>
internal static class WrapperPrefix
{
    private static readonly (string Part, string Maker)[] Known =
    [
        ("_orig_mod.", "torch.compile"), ("module.", "PyTorch's DataParallel"), ("_fsdp_wrapped_module.", "PyTorch's FSDP"),
    ];

    /// <summary>The remedy for all of them.</summary>
    public const string Remedy =
        "Save the model inside the wrapper (in Python, model._orig_mod or model.module), or take the prefix out of the tensors' names.";

    /// <summary>The wrapper's part of a name, and what put it there; null where there is none.</summary>
    public static (string Part, string Maker)? In(string name)
    {
        foreach ((string part, string maker) in Known)
        {
            if (name.StartsWith(part, StringComparison.Ordinal) || name.Contains($".{part}", StringComparison.Ordinal))
                return (part, maker);
        }

        return null;
    }
}
