using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tasks.CausalLm;
using Microsoft.ML.KappaTune.Training.Frozen;
using Microsoft.ML.KappaTune.Training.Runs;

namespace Microsoft.ML.KappaTune.Tasks.Speech;

/// <summary>The loss of a language model, of transcripts and what ends them.</summary>
internal sealed class SpeechLoss : IRowLoss<SpeechRows>
{
    private readonly CausalLmLoss _loss = new(routerBalance: 0, chosenExperts: 0);

    public IDisposable? Watch() => _loss.Watch();

    public double Backward(TextModel model, Tensor states, SpeechRows rows, TokenBatch batch, int counted) =>
        _loss.Backward(model, states, rows.Text, batch, counted);

    public void Dispose() => _loss.Dispose();
}
