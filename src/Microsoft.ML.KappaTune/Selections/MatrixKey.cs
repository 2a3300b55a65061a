namespace Microsoft.ML.KappaTune.Selections;

/// <summary>Tells the matrices of a checkpoint apart; the expert is -1 where there's none.</summary>
internal readonly record struct MatrixKey(string Name, int Expert);
