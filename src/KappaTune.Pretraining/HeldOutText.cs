using Microsoft.ML.KappaTune.Tasks.LanguageModels;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>How well a model guesses text that it wasn't trained on.</summary>
/// <param name="Step">Steps before.</param>
/// <param name="Loss">Mean cross-entropy of a guess, in nats.</param>
/// <param name="Accuracy">The share of guesses whose most likely token was right.</param>
public sealed record HeldOutResult(int Step, double Loss, double Accuracy);

/// <summary>Text that a model isn't trained on, with the same questions at every measurement.</summary>
internal sealed class HeldOutText
{
    // Not the run's seed, so that runs with other seeds are asked the same.
    private const int Seed = 0;

    private readonly TokenWindows _windows;
    private readonly int[] _chosen;
    private readonly int _batchSize;

    /// <param name="windows">The text.</param>
    /// <param name="most">Windows to measure on at most, evenly taken.</param>
    /// <param name="batchSize">Windows at once.</param>
    public HeldOutText(TokenWindows windows, int most, int batchSize)
    {
        _windows = windows;
        int count = Math.Min(most, windows.Count);
        _chosen = [.. Enumerable.Range(0, count).Select(i => (int)((long)i * windows.Count / count))];
        _batchSize = batchSize;
    }

    public int WindowCount => _chosen.Length;

    /// <summary>Guesses of the last measurement.</summary>
    public int GuessCount { get; private set; }

    /// <exception cref="OperationCanceledException">It was cancelled between two batches.</exception>
    public HeldOutResult Measure(LanguageModelObjective objective, int step, CancellationToken cancellationToken)
    {
        bool wasTraining = objective.Model.training;
        objective.Model.eval();
        try
        {
            using var guard = no_grad();
            var random = new Random(Seed);
            (double loss, long right, int guesses) = (0, 0, 0);
            foreach (int[] part in _chosen.Chunk(_batchSize))
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                LanguageModelBatch batch = objective.Ask(TokensOf(part), _windows.Length, random);
                Tensor logits = objective.Logits(batch).to(float32);
                loss += nn.functional.cross_entropy(logits, batch.Targets, reduction: nn.Reduction.Sum).item<float>();
                right += logits.argmax(-1).eq(batch.Targets).sum().item<long>();
                guesses += (int)batch.Targets.NumberOfElements;
            }

            GuessCount = guesses;
            return new(step, loss / guesses, (double)right / guesses);
        }
        finally
        {
            objective.Model.train(wasTraining);
        }
    }

    private int[] TokensOf(int[] windows)
    {
        int[] tokens = new int[windows.Length * _windows.Length];
        for (int i = 0; i < windows.Length; i++)
            _windows.Copy(windows[i], 0, tokens.AsSpan(i * _windows.Length, _windows.Length));
        return tokens;
    }
}
