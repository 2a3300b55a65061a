using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tasks.LanguageModels;

/// <summary>Windows as a model takes them, and what it is to guess. The tensors belong to the caller's dispose scope.</summary>
/// <param name="Ids">[B, T].</param>
/// <param name="Places">
/// The places whose states are needed, K of each window, as indices into all windows' tokens, [B·K]; null for all. A window with fewer
/// guesses than others repeats a place.
/// </param>
/// <param name="Guesses">Which of these states a guess is asked for, [M]; null for each.</param>
/// <param name="Targets">What is to be guessed, [M].</param>
internal readonly record struct LanguageModelBatch(Tensor Ids, Tensor? Places, Tensor? Guesses, Tensor Targets);
