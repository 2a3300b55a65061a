using Microsoft.ML.KappaTune.Selection;

namespace Microsoft.ML.KappaTune;

/// <summary>
/// How the KappaTune selector of PEFT 0.21 ranks a model, to compare with a <see cref="TuningPlan"/>: linear modules and stacks of experts
/// apart, heads among the modules, by σ_max / (σ_min + 1e-8) in float32, for a stack its mean over the experts. It ranks no router that is
/// a parameter, no embedding, no convolution and no matrix that a module computes with transposed, as GPT-2's do. Immutable.
/// </summary>
public sealed class PeftRanking
{
    private const string Weight = ".weight";

    private PeftRanking(IReadOnlyList<PeftCandidate> modules, IReadOnlyList<PeftCandidate> parameters, IReadOnlyList<string> unknown) =>
        (Modules, Parameters, Unknown) = (modules, parameters, unknown);

    /// <summary>Linear modules, the lowest value first.</summary>
    public IReadOnlyList<PeftCandidate> Modules { get; }

    /// <summary>Stacks of experts, the lowest value first.</summary>
    public IReadOnlyList<PeftCandidate> Parameters { get; }

    /// <summary>
    /// Modules and stacks whose value doesn't follow from the scan, by name: transformers joins each expert's gate and up matrices to one,
    /// of which a checkpoint with the experts one by one has the halves, and a scan by parts has no value of the whole.
    /// </summary>
    public IReadOnlyList<string> Unknown { get; }

    /// <summary>Ranks the matrices of a scan. A head that is the table of word embeddings is ranked as <c>lm_head</c>.</summary>
    /// <param name="matrices">All matrices of a model; those without a condition number aren't ranked.</param>
    public static PeftRanking Create(IEnumerable<ScannedMatrix> matrices)
    {
        ArgumentNullException.ThrowIfNull(matrices);
        ScannedMatrix[] ranked = [.. matrices.Where(matrix => matrix is { SigmaMax: not null, SigmaMin: not null })];
        ILookup<bool, ScannedMatrix> isExperts = ranked.Where(matrix => matrix.Expert is not null || IsModule(matrix))
            .ToLookup(matrix => matrix.Expert is not null);
        ILookup<bool, ScannedMatrix> isPart = isExperts[false].ToLookup(matrix => matrix.Part is not null);
        var modules = isPart[false].Select(matrix => new PeftCandidate(ModuleOf(matrix.Name), ValueOf(matrix), [matrix])).ToList();
        // Whoever ties a head saves one table.
        if (!ranked.Any(matrix => matrix.Role == TensorRole.Head) && ranked.FirstOrDefault(IsDecodersTable) is { } table)
            modules.Add(new("lm_head", ValueOf(table), [table]));
        IGrouping<string, ScannedMatrix>[] stacks = [.. isExperts[true].GroupBy(StackOf, StringComparer.Ordinal)];
        return new(
            InOrder(modules),
            InOrder(stacks.Where(stack => !IsHalf(stack.First())).Select(stack =>
                new PeftCandidate(stack.Key, stack.Average(ValueOf), [.. stack]))),
            [.. stacks.Where(stack => IsHalf(stack.First())).Select(stack => stack.Key)
                .Concat(isPart[true].Select(part => ModuleOf(part.Name)).Distinct()).Order(StringComparer.Ordinal)]);
    }

    /// <summary>What it takes of a share: of the modules and of the stacks that share each, rounded down, at least one.</summary>
    /// <param name="fraction">Above 0, at most 1.</param>
    public PeftTargets LowestFraction(double fraction)
    {
        var selection = KappaSelection.LowestFraction(fraction);
        return Lowest(Selector.CountOf(selection, Modules.Count), Selector.CountOf(selection, Parameters.Count));
    }

    /// <summary>The lowest; all, if there are fewer.</summary>
    /// <param name="modules">Linear modules, 0 or more.</param>
    /// <param name="parameters">Stacks of experts, 0 or more.</param>
    public PeftTargets Lowest(int modules, int parameters)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(modules);
        ArgumentOutOfRangeException.ThrowIfNegative(parameters);
        return new([.. Modules.Take(modules).Select(one => one.Name)], [.. Parameters.Take(parameters).Select(one => one.Name)]);
    }

    /// <summary>All of at most this value.</summary>
    public PeftTargets Threshold(double value) =>
        Lowest(Modules.Count(one => one.Value <= value), Parameters.Count(one => one.Value <= value));

    private static PeftCandidate[] InOrder(IEnumerable<PeftCandidate> candidates) =>
        [.. candidates.OrderBy(one => one.Value).ThenBy(one => one.Matrices[0].Layer ?? int.MaxValue)
            .ThenBy(one => one.Name, StringComparer.Ordinal)];

    private static double ValueOf(ScannedMatrix matrix) => (float)matrix.SigmaMax!.Value / ((float)matrix.SigmaMin!.Value + 1e-8f);

    private static bool IsModule(ScannedMatrix matrix) =>
        matrix.Shape.Count == 2 && matrix.Name.EndsWith(Weight, StringComparison.Ordinal) && !IsTransposed(matrix.Name)
        && matrix.Role switch
        {
            TensorRole.Embedding or TensorRole.Norm or TensorRole.Bias => false,
            // The gate of a shared expert is a linear module; routers are parameters of their own.
            TensorRole.Router => ModuleOf(matrix.Name).EndsWith("shared_expert_gate", StringComparison.Ordinal),
            _ => true,
        };

    /// <summary>Whether the module is a GPT-2 layer's, by the names that no other family has.</summary>
    private static bool IsTransposed(string name) =>
        ModuleOf(name) is var module
        && (module.EndsWith("attn.c_attn", StringComparison.Ordinal) || module.EndsWith(".c_proj", StringComparison.Ordinal)
            || module.EndsWith("mlp.c_fc", StringComparison.Ordinal));

    private static bool IsDecodersTable(ScannedMatrix matrix) =>
        ModuleOf(matrix.Name).Split('.')[^1] is "embed_tokens" or "wte";

    private static string ModuleOf(string name) => name.EndsWith(Weight, StringComparison.Ordinal) ? name[..^Weight.Length] : name;

    /// <summary>The name of an expert's stack in transformers 5, whatever the file's spelling.</summary>
    private static string StackOf(ScannedMatrix matrix)
    {
        if (matrix.IsStacked)
            return matrix.Name;
        string[] path = ModuleOf(matrix.Name).Split('.');
        string before = string.Join('.', path[..^2]).Replace("block_sparse_moe", "mlp", StringComparison.Ordinal);
        return $"{before}.{(matrix.Role == TensorRole.ExpertOut ? "down_proj" : "gate_up_proj")}";
    }

    /// <summary>Whether it is an expert's gate or up matrix, of its own or in a stack.</summary>
    private static bool IsHalf(ScannedMatrix matrix) =>
        matrix.Part is not null || (!matrix.IsStacked && matrix.Role != TensorRole.ExpertOut);
}

/// <summary>A module or a stack of experts as PEFT's selector ranks it.</summary>
/// <param name="Name">The module's name, or the parameter's.</param>
/// <param name="Value">What it is ranked by, 0 or more.</param>
/// <param name="Matrices">The matrix, or each expert's.</param>
public sealed record PeftCandidate(string Name, double Value, IReadOnlyList<ScannedMatrix> Matrices);
