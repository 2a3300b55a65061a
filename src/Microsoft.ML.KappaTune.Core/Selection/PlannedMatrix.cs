namespace Microsoft.ML.KappaTune;

/// <summary>What a <see cref="TuningPlan"/> says about one matrix.</summary>
/// <param name="Matrix">The matrix.</param>
/// <param name="Selected">Whether it is trained.</param>
/// <param name="Rule">What decided that.</param>
/// <param name="Rank">Its place among the candidates, from 1; null where it is none.</param>
/// <param name="Reason">The decision in words.</param>
public sealed record PlannedMatrix(ScannedMatrix Matrix, bool Selected, SelectionRule Rule, int? Rank, string Reason);
