namespace Microsoft.ML.KappaTune.Study;

/// <summary>A way to fine-tune.</summary>
public sealed record ComparedMethod
{
    /// <summary>Such as <c>kappa-lowest</c>; cells and rows refer to it.</summary>
    public required string Id { get; init; }

    public required string Title { get; init; }

    /// <summary>One sentence for someone who has never heard of κ.</summary>
    public required string Description { get; init; }

    /// <summary><c>reference</c>, <c>selection</c>, <c>control</c>, <c>adapter</c> or <c>tensor</c>.</summary>
    public required string Group { get; init; }

    /// <summary>Parameters that train, the new head's included; of the first draw where there are several.</summary>
    public required long Trainable { get; init; }

    /// <summary>Of the base's tensors, how many train or have an adapter.</summary>
    public required int Tensors { get; init; }

    /// <summary>The rank of the adapters; 0 where the tensors themselves train.</summary>
    public int Rank { get; init; }

    /// <summary>What the settings' learning rates are multiplied by for it.</summary>
    public double RateFactor { get; init; } = 1;

    /// <summary>Of the epochs, the first in which the new head trains alone.</summary>
    public int HeadEpochs { get; init; }

    /// <summary>What each draw chose; one for a method that isn't random.</summary>
    public required IReadOnlyList<MethodDraw> Draws { get; init; }
}

/// <summary>What of the base trains, or has an adapter.</summary>
public sealed record MethodDraw
{
    /// <summary>From 0.</summary>
    public required int Draw { get; init; }

    /// <summary>Parameters that train, the new head's included.</summary>
    public required long Trainable { get; init; }

    /// <summary>The tensors' names in the checkpoint.</summary>
    public required IReadOnlyList<string> Tensors { get; init; }

    /// <summary>What should be known of it, such as that it couldn't match all it should.</summary>
    public string? Note { get; init; }
}
