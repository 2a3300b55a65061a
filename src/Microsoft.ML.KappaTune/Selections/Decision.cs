namespace Microsoft.ML.KappaTune.Selections;

/// <summary>Tells the matrices of a checkpoint apart; the expert is -1 where there's none.</summary>
internal readonly record struct MatrixKey(string Name, int Expert);

/// <summary>What was decided about a matrix; the default is what holds for one that nobody decided about.</summary>
/// <param name="Rank">Its place among the candidates, from 1; 0 where it is none.</param>
/// <param name="IsSelected">Whether it is trained.</param>
internal readonly record struct Decision(int Rank, bool IsSelected);
