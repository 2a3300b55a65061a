using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>A model in training, and what it is asked.</summary>
internal interface IPretrainingObjective : IDisposable
{
    /// <summary>The model.</summary>
    nn.Module Model { get; }

    /// <summary>Tokens of the text in a window.</summary>
    int Room { get; }

    /// <summary>What stands between two paragraphs, for the tokenizer.</summary>
    string LineEnd { get; }

    /// <summary>Asks about windows.</summary>
    /// <param name="tokens">The windows, one after another.</param>
    /// <param name="length">Tokens of each.</param>
    /// <param name="random">Decides what is asked.</param>
    PretrainingBatch Ask(int[] tokens, int length, Random random);

    /// <summary>Scores of all tokens for each guess that is asked for, [M, vocabulary].</summary>
    Tensor Logits(PretrainingBatch batch);

    /// <summary>Writes configuration and weights.</summary>
    void Save(string folder, ScalarType dtype);
}
