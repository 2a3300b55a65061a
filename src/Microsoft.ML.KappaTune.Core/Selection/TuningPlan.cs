using Microsoft.ML.KappaTune.Selection;

namespace Microsoft.ML.KappaTune;

/// <summary>
/// Which matrices of a model are trained, and for each of them why or why not. Immutable, and the same for the same scan and
/// selection in every process.
/// </summary>
public sealed class TuningPlan
{
    internal TuningPlan(string? model, KappaSelection selection, IReadOnlyList<PlannedMatrix> matrices)
    {
        Model = model;
        Selection = selection;
        Matrices = matrices;
        CandidateCount = matrices.Count(m => m.Rule == SelectionRule.Rank);
        SelectedCount = matrices.Count(m => m.Selected);
        SelectedParameters = matrices.Where(m => m.Selected).Sum(m => m.Matrix.Parameters);
        TotalParameters = matrices.Sum(m => m.Matrix.Parameters);
        PartialStacks =
        [
            .. matrices.Where(m => !m.Matrix.Slice.IsWhole).GroupBy(m => m.Matrix.Name, StringComparer.Ordinal)
                .Where(stack => stack.Select(m => m.Selected).Distinct().Count() == 2),
        ];
    }

    /// <summary>The scanned model's path or name; null where it wasn't given.</summary>
    public string? Model { get; }

    /// <summary>The selection that was applied.</summary>
    public KappaSelection Selection { get; }

    /// <summary>Every scanned matrix, in ordinal order of names.</summary>
    public IReadOnlyList<PlannedMatrix> Matrices { get; }

    /// <summary>Matrices that were ranked.</summary>
    public int CandidateCount { get; }

    /// <summary>Matrices that are trained, biases and norms included.</summary>
    public int SelectedCount { get; }

    /// <summary>Parameters that are trained, biases and norms included.</summary>
    public long SelectedParameters { get; }

    /// <summary>Parameters of all scanned matrices.</summary>
    public long TotalParameters { get; }

    /// <summary>The tensors, by their names, of which some experts or parts are selected and some aren't.</summary>
    internal IReadOnlyList<IGrouping<string, PlannedMatrix>> PartialStacks { get; }

    /// <summary>The matrices that are trained, best rank first, then biases and norms.</summary>
    public IEnumerable<ScannedMatrix> Selected =>
        Matrices.Where(m => m.Selected).OrderBy(m => m.Rank ?? int.MaxValue).Select(m => m.Matrix);

    /// <summary>Whether parts of fused tensors are selected.</summary>
    internal bool SelectsParts => Matrices.Any(m => m is { Selected: true, Matrix.Part: not null });

    /// <summary>What a tensor is made of, in messages: experts or parts.</summary>
    internal static string PiecesOf(IEnumerable<PlannedMatrix> tensor) => tensor.Any(m => m.Matrix.Part is not null) ? "parts" : "experts";

    /// <summary>Applies a selection to the matrices of a scan.</summary>
    /// <param name="matrices">The scanned matrices, in any order.</param>
    /// <param name="selection">The policy and what it applies to.</param>
    /// <param name="model">The model's path or name, for reports.</param>
    /// <exception cref="ArgumentException">The selection is invalid, a pattern matches nothing, or nothing would be trained.</exception>
    public static TuningPlan Create(IEnumerable<ScannedMatrix> matrices, KappaSelection selection, string? model = null)
    {
        ArgumentNullException.ThrowIfNull(matrices);
        return new(model, selection, Selector.Select(matrices, selection));
    }

    /// <summary>Saves the plan as JSON, whole or not at all.</summary>
    public void Save(string path) => AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, this, MatrixJson.Options));

    /// <summary>Loads a plan that was saved as JSON.</summary>
    /// <exception cref="FormatException">The file isn't a plan; the message names the file and the place.</exception>
    public static TuningPlan Load(string path) => DocumentKind.Plan.Read<TuningPlan>(path, MatrixJson.Options, check: _ => { });

    /// <summary>
    /// The trained parameters as a YAML list of regular expressions under <c>unfrozen_parameters</c>, as Spectrum writes it and
    /// Axolotl reads it.
    /// </summary>
    /// <param name="wholeStacks">Whether a stack of experts, or a fused tensor, that is selected in part is named as a whole.</param>
    /// <exception cref="InvalidOperationException">A stack or a fused tensor is selected in part, which the format can't say.</exception>
    public string ToSpectrumYaml(bool wholeStacks = false) => PlanExport.ToSpectrumYaml(this, wholeStacks);

    /// <summary>
    /// The trained weights as <c>target_modules</c> and <c>target_parameters</c> of a PEFT configuration. Biases and norms, which
    /// adapters don't change, are left out.
    /// </summary>
    /// <param name="wholeStacks">Whether a stack of experts, or a fused tensor, that is selected in part is named as a whole.</param>
    /// <exception cref="InvalidOperationException">A stack or a fused tensor is selected in part, which PEFT can't say.</exception>
    public PeftTargets ToPeftTargets(bool wholeStacks = false) => PlanExport.ToPeftTargets(this, wholeStacks);
}
