namespace Microsoft.ML.KappaTune.Models;

/// <summary>What enters a decoder at some places instead of tokens' embeddings, such as what a projector makes of speech.</summary>
/// <param name="Places">The places, each once, numbered in the row of all rows, [M].</param>
/// <param name="Vectors">Their vectors, [M, H], of the decoder's type.</param>
internal sealed record InputVectors(Tensor Places, Tensor Vectors)
{
    /// <summary>Embeddings, [B, T, H], with the vectors in their places.</summary>
    public Tensor In(Tensor embeddings)
    {
        using var scope = NewDisposeScope();
        return embeddings.flatten(0, 1).index_copy(0, Places, Vectors).view(embeddings.shape).MoveToOuterDisposeScope();
    }
}
