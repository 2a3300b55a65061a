using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>Windows as a model takes them, and what it is to guess. The tensors belong to the caller's dispose scope.</summary>
/// <param name="Ids">[B, T].</param>
/// <param name="Places">Where guesses are asked for, in the row of all windows, [M].</param>
/// <param name="Targets">What is to be guessed there, [M].</param>
internal readonly record struct PretrainingBatch(Tensor Ids, Tensor Places, Tensor Targets);
