using static Microsoft.ML.KappaTune.Models.ModuleSlot;

namespace Microsoft.ML.KappaTune.Models;

/// <summary>
/// How a family names the parts of a mixture of experts, below a layer's path. Files have experts one by one, as here, or, since
/// transformers 5, in two stacks a layer: <c>mlp.experts.gate_up_proj</c>, [experts, 2 · width, H], an expert's gate above its other
/// projection, and <c>mlp.experts.down_proj</c>, [experts, H, width].
/// </summary>
/// <param name="Block">The mixture: the router is its <c>gate</c>, and experts are below its <c>experts</c>.</param>
/// <param name="Gate">An expert's gate.</param>
/// <param name="Up">An expert's other projection of its input.</param>
/// <param name="Down">An expert's last projection.</param>
internal sealed record ExpertNames(string Block, string Gate, string Up, string Down)
{
    private const string NewBlock = "mlp", GateUpStack = ".experts.gate_up_proj", DownStack = ".experts.down_proj";

    /// <summary>The expert that computes for every token, below the mixture; null for none.</summary>
    public string? Shared { get; init; }

    /// <summary>What weighs its output, below the mixture; null for nothing.</summary>
    public string? SharedWeight { get; init; }

    /// <summary>The names that most families have.</summary>
    public static ExpertNames Usual { get; } = new(NewBlock, "gate_proj", "up_proj", "down_proj");

    /// <summary>A mixture's modules.</summary>
    public IEnumerable<ModelPart> Parts(DecoderConfig config)
    {
        ExpertConfig experts = config.Experts!;
        (long hidden, long width) = (config.HiddenSize, experts.IntermediateSize);
        yield return Linear(Router, "gate", hidden, experts.Count);
        for (int i = 0; i < experts.Count; i++)
        {
            string expert = $"experts.{i}";
            yield return Linear(ModuleSlot.Gate, $"{expert}.{Gate}", hidden, width) with { Role = TensorRole.ExpertGate, Expert = i };
            yield return Linear(ModuleSlot.Up, $"{expert}.{Up}", hidden, width) with { Role = TensorRole.ExpertIn, Expert = i };
            yield return Linear(ModuleSlot.Down, $"{expert}.{Down}", width, hidden) with { Role = TensorRole.ExpertOut, Expert = i };
        }

        if (Shared is null || experts.SharedSize == 0)
            yield break;
        yield return Linear(SharedGate, $"{Shared}.{Gate}", hidden, experts.SharedSize);
        yield return Linear(SharedUp, $"{Shared}.{Up}", hidden, experts.SharedSize);
        yield return Linear(SharedDown, $"{Shared}.{Down}", experts.SharedSize, hidden);
        if (SharedWeight is not null)
            yield return Linear(ModuleSlot.SharedWeight, SharedWeight, hidden, 1);
    }

    /// <summary>The name of a mixture's tensor with the family's name of the mixture, whichever way a file calls it.</summary>
    public string Canonical(string name) => Block != NewBlock
        && (name.EndsWith($".{NewBlock}.gate.weight", StringComparison.Ordinal) || IsStack(name))
        ? name.Replace($".{NewBlock}.", $".{Block}.", StringComparison.Ordinal) : name;

    /// <summary>The way back: what transformers 5 calls a mixture's router or stack; any other tensor as it is.</summary>
    /// <param name="name">The tensor's name, as <see cref="Canonical"/> gives it.</param>
    public string InMemory(string name) =>
        IsRouter(name) || IsStack(name) ? name.Replace($".{Block}.", $".{NewBlock}.", StringComparison.Ordinal) : name;

    /// <summary>Whether a tensor, by the name that <see cref="Canonical"/> gives it, is a router's weight.</summary>
    public bool IsRouter(string name) => name.EndsWith($".{Block}.gate.weight", StringComparison.Ordinal);

    /// <summary>The stacks that a mixture's experts make, by the names that <see cref="Canonical"/> gives them.</summary>
    /// <param name="block">The mixture's path.</param>
    public static IReadOnlyList<string> Stacks(string block) => [block + GateUpStack, block + DownStack];

    /// <summary>The parameters of an expert that a stack holds, from above; null for a tensor that isn't a stack.</summary>
    /// <param name="name">The tensor's name, as <see cref="Canonical"/> gives it.</param>
    public string[]? InStack(string name, int expert)
    {
        return name.EndsWith(GateUpStack, StringComparison.Ordinal) ? Of(GateUpStack, Gate, Up)
            : name.EndsWith(DownStack, StringComparison.Ordinal) ? Of(DownStack, Down)
            : null;

        string[] Of(string stack, params string[] projections) =>
            [.. projections.Select(projection => $"{name[..^stack.Length]}.experts.{expert}.{projection}.weight")];
    }

    /// <summary>The tensors of single experts in a stack, without a copy; any other tensor as it is.</summary>
    /// <param name="name">The tensor's name, as <see cref="Canonical"/> gives it.</param>
    public IEnumerable<(string Name, LogicalTensor Weight)> Split(string name, LogicalTensor weight)
    {
        // A stack of another shape, or of codes, is left whole: it fits no parameter, and is listed as unknown.
        int parts = InStack(name, 0)?.Length ?? 0;
        if (parts == 0 || weight.Stored is not { Shape.Count: 3 } view || view.Shape[0] > ExpertConfig.MaximumCount
            || view.Shape[1] % parts != 0)
            return [(name, weight)];
        (long rows, long columns) = (view.Shape[1] / parts, view.Shape[2]);
        return Enumerable.Range(0, (int)view.Shape[0]).SelectMany(expert => InStack(name, expert)!.Select((parameter, part) =>
            (parameter, LogicalTensor.FromStored(
                view.Part($"{view.Name}[{expert}]", ((long)expert * parts + part) * rows * columns, rows, columns)))));
    }

    private static bool IsStack(string name) =>
        name.EndsWith(GateUpStack, StringComparison.Ordinal) || name.EndsWith(DownStack, StringComparison.Ordinal);

    private ModelPart Linear(ModuleSlot slot, string name, long inputs, long outputs) =>
        new ModelPart.Linear(slot, $"{Block}.{name}", inputs, outputs, HasBias: false);
}
