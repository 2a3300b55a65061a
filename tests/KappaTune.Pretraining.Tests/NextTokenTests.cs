using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Pretraining;
using Microsoft.ML.KappaTune.Tokenization;
using TorchSharp;
using static System.FormattableString;
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
        EndOfText = false,
    };

    public void Dispose() => _corpus.Dispose();

    [Theory]
    [InlineData(0, "LlamaForCausalLM", "Llama's layout")]
    [InlineData(4, "OlmoeForCausalLM", "OLMoE's layout (2 layers, hidden size 16, 2 heads, 4 experts a layer, 2 of them for a token, ")]
    public void It_learns_what_comes_next_and_is_as_good_as_it_says(int experts, string architecture, string layout)
    {
        PretrainingReport report = Pretrainer.Run(_corpus.Task(
            _options with { Steps = 150, CheckpointEvery = 100, ShortShare = 0.1, Experts = experts }));
        Assert.InRange(report.Measured[0].Loss, Math.Log(report.VocabularySize) - 0.5, Math.Log(report.VocabularySize) + 0.5);
        // A phrase's first token is one of three or the end of the line; the others follow from it.
        Assert.InRange(report.Last!.Loss, 0, 0.9);
        Assert.InRange(report.Last.Accuracy, 0.6, 1);

        string folder = _corpus["model"];
        using Checkpoint checkpoint = Checkpoint.Open(folder);
        Assert.Equal([architecture], checkpoint.Config!.Architectures);
        using CausalLanguageModel model = CausalLanguageModel.Load(checkpoint);
        model.eval();
        using var guard = no_grad();
        int[] tokens = HeldOut(checkpoint);
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
        Assert.Contains(layout, File.ReadAllText(Path.Combine(folder, "README.md")));
    }

    [Fact]
    public void The_end_of_a_text_stands_behind_each_paragraph_and_without_it_the_text_is_as_it_was()
    {
        Pretrainer.Run(_corpus.Task(_options with { Steps = 1 }));
        using Checkpoint checkpoint = Checkpoint.Open(_corpus["model"]);
        HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.Create(TokenizerFiles.Read(checkpoint));
        int end = Assert.Single(DecoderConfig.Read(checkpoint).EndTokenIds);
        Assert.Equal(end, CorpusTokens.EndOf(tokenizer));
        string[] lines = ["the cat drinks milk.", "a dog eats meat."];
        int[] with = CorpusTokens.Of(lines, tokenizer, "\n", end, new()), without = CorpusTokens.Of(lines, tokenizer, "\n", null, new());
        Assert.Equal(without, lines.SelectMany(line => tokenizer.EncodePrefix(line + "\n", int.MaxValue).Ids));
        Assert.DoesNotContain(end, without);
        Assert.Equal(without, with.Where(id => id != end));
        int newLine = Assert.Single(tokenizer.EncodePrefix("\n", int.MaxValue).Ids);
        Assert.Equal([end, newLine], with[^2..]);
        Assert.Equal(2, with.Count(id => id == end));

        // By default a run trains on it.
        PretrainingReport plain = Pretrainer.Run(_corpus.Task(_options with { Steps = 1 }, "plain"));
        PretrainingReport ended = Pretrainer.Run(_corpus.Task(_options with { Steps = 1, EndOfText = true }, "ended"));
        Assert.True(new PretrainingOptions().EndOfText);
        Assert.Equal(plain.CorpusTokens + plain.Corpus.Lines.Count, ended.CorpusTokens);
    }

    [Fact]
    public void A_balance_spreads_tokens_more_evenly_over_experts()
    {
        double[] uneven = [.. new[] { 0.0, 10 }.Select(Uneven)];
        // 2 is even; it is 8 where all tokens go to one pair of experts.
        Assert.InRange(uneven[1], 1.9, Math.Min(2.3, uneven[0]));

        double Uneven(double balance)
        {
            string output = Invariant($"balance-{balance}");
            Pretrainer.Run(_corpus.Task(
                _options with { Experts = 8, InitializerRange = 0.3, Steps = 60, RouterBalance = balance, Storage = float32 }, output));
            using Checkpoint checkpoint = Checkpoint.Open(_corpus[output]);
            using CausalLanguageModel model = CausalLanguageModel.Load(checkpoint);
            using var scope = NewDisposeScope();
            using var guard = no_grad();
            using RouterLogits routers = RouterLogits.Begin();
            long[] tokens = [.. HeldOut(checkpoint).Take(192).Select(id => (long)id)];
            model.Logits(tensor(tokens, [12, 16]));
            return routers.BalanceLoss(2).ToDouble();
        }
    }

    [Theory, InlineData(0), InlineData(4)]
    public void Interrupted_and_resumed_is_bit_for_bit_uninterrupted(int experts)
    {
        PretrainingOptions options = _options with { Dropout = 0.1, Experts = experts };
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

    /// <summary>The held-out text's tokens.</summary>
    private int[] HeldOut(Checkpoint checkpoint)
    {
        HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.Create(TokenizerFiles.Read(checkpoint.Folder, checkpoint.Config));
        return [.. File.ReadLines(_corpus.HeldOut).SelectMany(line => tokenizer.EncodePrefix(line + "\n", int.MaxValue).Ids)];
    }
}
