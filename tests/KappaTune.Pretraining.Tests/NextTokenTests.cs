using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Pretraining;
using Microsoft.ML.KappaTune.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Pretraining;

/// <summary>Decoders: the token that comes next.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class NextTokenTests : IDisposable
{
    private readonly TinyCorpus _corpus = new();
    private readonly PretrainingOptions _options;

    public NextTokenTests() => _options = _corpus.Options with
    {
        Objective = PretrainingObjective.NextToken,
        Tokenizer = null,
        Vocabulary = 320,
        Dropout = 0,
    };

    public void Dispose() => _corpus.Dispose();

    [Fact]
    public void It_learns_what_comes_next_and_is_as_good_as_it_says()
    {
        PretrainingReport report = Pretrainer.Run(_corpus.Task(_options with { Steps = 150, CheckpointEvery = 100, ShortShare = 0.1 }));
        Assert.InRange(report.Measured[0].Loss, Math.Log(report.VocabularySize) - 0.5, Math.Log(report.VocabularySize) + 0.5);
        // A phrase's first token is one of three or the end of the line; the others follow from it.
        Assert.InRange(report.Last!.Loss, 0, 0.9);
        Assert.InRange(report.Last.Accuracy, 0.6, 1);

        string folder = _corpus["model"];
        using Checkpoint checkpoint = Checkpoint.Open(folder);
        Assert.Equal(["LlamaForCausalLM"], checkpoint.Config!.Architectures);
        HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.Create(TokenizerFiles.Read(folder, checkpoint.Config));
        using CausalLanguageModel model = CausalLanguageModel.Load(checkpoint);
        model.eval();
        using var guard = no_grad();
        int[] tokens = [.. File.ReadLines(_corpus.HeldOut).SelectMany(line => tokenizer.EncodePrefix(line + "\n", int.MaxValue).Ids)];
        var losses = new List<double>();
        for (int begin = 0; begin + 17 <= tokens.Length; begin += 17)
        {
            using var scope = NewDisposeScope();
            long[] window = [.. tokens[begin..(begin + 17)].Select(id => (long)id)];
            Tensor logits = model.Logits(tensor(window[..16], [1, 16])).log_softmax(-1);
            losses.AddRange(Enumerable.Range(0, 16).Select(i => -logits[0, i, window[i + 1]].ToDouble()));
        }

        Assert.Equal(losses.Count, report.HeldOutGuesses);
        Assert.Equal(losses.Average(), report.Last.Loss, 1e-4);
        Assert.Contains("Llama's layout", File.ReadAllText(Path.Combine(folder, "README.md")));
    }

    [Fact]
    public void Interrupted_and_resumed_is_bit_for_bit_uninterrupted()
    {
        PretrainingOptions options = _options with { Dropout = 0.1 };
        Pretrainer.Run(_corpus.Task(options, "whole"));
        using var source = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Pretrainer.Run(_corpus.Task(options) with
        {
            CancellationToken = source.Token,
            Progress = p =>
            {
                if (p.Step == 6)
                    source.Cancel();
            },
        }));
        Pretrainer.Run(_corpus.Task(options) with { Resume = true });
        Assert.Equal(_corpus.WeightsOf("whole"), _corpus.WeightsOf());
    }
}
