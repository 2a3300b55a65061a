using Microsoft.ML.KappaTune.Training;

namespace Microsoft.ML.KappaTune.Study;

/// <summary>A way to fine-tune.</summary>
public sealed record ComparedMethod
{
    /// <summary>The method's name in cells and rows, such as <c>kappa-lowest</c>.</summary>
    public required string Id { get; init; }

    public required string Title { get; init; }

    /// <summary>One sentence for someone who has never heard of κ.</summary>
    public required string Description { get; init; }

    /// <summary><c>reference</c>, <c>selection</c>, <c>control</c>, <c>adapter</c> or <c>tensor</c>.</summary>
    public required string Group { get; init; }

    /// <summary>Parameters that train, the new head's included; of the first draw where there are several.</summary>
    public required long Trainable { get; init; }

    /// <summary>What the optimizer takes for them, in bytes.</summary>
    public long OptimizerBytes => OptimizerMemory.BytesFor(Trainable);

    /// <summary>How many of the base's tensors train or have an adapter.</summary>
    public required int Tensors { get; init; }

    /// <summary>The rank of the adapters; 0 where the tensors themselves train, or ranks are fitted to a number of parameters.</summary>
    public int Rank { get; init; }

    /// <summary>The most parameters of the adapters, which their ranks are fitted to; null where they aren't.</summary>
    public int? AdapterParameters { get; init; }

    /// <summary>The adapters' rank and alpha in words; null where the tensors themselves train, and in files that don't say.</summary>
    public string? Adapters { get; init; }

    /// <summary>The factor by which the method multiplies the settings' learning rates.</summary>
    public double RateFactor { get; init; } = 1;

    /// <summary>How many epochs, at the beginning, train the new head alone.</summary>
    public int HeadEpochs { get; init; }

    /// <summary>What each draw chose; a method that isn't random has one.</summary>
    public required IReadOnlyList<MethodDraw> Draws { get; init; }
}

/// <summary>The base's tensors that train or have an adapter, for one draw of a method.</summary>
public sealed record MethodDraw
{
    /// <summary>The draw's number, from 0.</summary>
    public required int Draw { get; init; }

    /// <summary>Parameters that train, the new head's included.</summary>
    public required long Trainable { get; init; }

    /// <summary>The tensors' names in the checkpoint.</summary>
    public required IReadOnlyList<string> Tensors { get; init; }

    /// <summary>A note for readers, such as that a draw couldn't match everything; null for none.</summary>
    public string? Note { get; init; }
}
