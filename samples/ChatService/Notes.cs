using System.Numerics.Tensors;
using Microsoft.Extensions.AI;

/// <summary>Texts that can be found by what they mean. Any number of threads may use it at once.</summary>
/// <param name="embedder">Turns texts into vectors of length 1.</param>
/// <param name="file">A note a line.</param>
internal sealed class Notes(IEmbeddingGenerator<string, Embedding<float>> embedder, string file)
{
    // Computed once, when the first question comes.
    private readonly Lazy<Task<(string Value, Embedding<float> Embedding)[]>> _notes = new(
        () => embedder.GenerateAndZipAsync(File.ReadLines(file).Where(line => line.Length > 0)));

    /// <summary>The note whose vector is nearest to the question's.</summary>
    public async Task<string> FindAsync(string question, CancellationToken cancellationToken)
    {
        (string Value, Embedding<float> Embedding)[] notes = await _notes.Value;
        ReadOnlyMemory<float> asked = await embedder.GenerateVectorAsync(question, cancellationToken: cancellationToken);
        return notes.MaxBy(note => TensorPrimitives.Dot(asked.Span, note.Embedding.Vector.Span)).Value;
    }
}
