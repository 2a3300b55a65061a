namespace Microsoft.ML.KappaTune.Tasks.LanguageModels;

/// <summary>A language model and what it is asked about windows of a text.</summary>
internal abstract class LanguageModelObjective : IDisposable
{
    /// <summary>The model, disposed with this.</summary>
    public abstract nn.Module Model { get; }

    /// <summary>Tokens of the text in a window at most.</summary>
    public abstract int WindowTokens { get; }

    /// <summary>What stands between two paragraphs, for the tokenizer.</summary>
    public abstract string LineEnd { get; }

    /// <summary>Asks about windows.</summary>
    /// <param name="tokens">The windows, one after another; may be changed.</param>
    /// <param name="length">Tokens of each.</param>
    /// <param name="random">Decides what is asked.</param>
    public abstract LanguageModelBatch Ask(int[] tokens, int length, Random random);

    /// <summary>Logits of each guess that is asked for, [M, vocabulary].</summary>
    public abstract Tensor Logits(LanguageModelBatch batch);

    public void Dispose() => Model.Dispose();
}

/// <summary>Windows as a model takes them, and what it is to guess. The tensors belong to the caller's dispose scope.</summary>
/// <param name="Ids">[B, T].</param>
/// <param name="Places">
/// The places whose states are needed, K of each window, as indices into all windows' tokens, [B·K]; null for all. A window with fewer
/// guesses than others repeats a place.
/// </param>
/// <param name="Guesses">Which of these states a guess is asked for, [M]; null for each.</param>
/// <param name="Targets">What is to be guessed, [M].</param>
internal readonly record struct LanguageModelBatch(Tensor Ids, Tensor? Places, Tensor? Guesses, Tensor Targets);
