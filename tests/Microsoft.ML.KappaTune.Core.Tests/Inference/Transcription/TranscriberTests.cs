using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Fusion;
using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tests.Fusion;
using Microsoft.ML.KappaTune.Tokenization;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Inference;

/// <summary>Transcripts of whole models, whose weights are random.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class TranscriberTests : IDisposable
{
    private static readonly FusionOptions Parts = SmallFusion.Options with { PromptBefore = "the film", PromptAfter = "we saw" };

    private readonly TemporaryFolder _folder = new();
    private readonly HuggingFaceTokenizer _tokenizer;
    private readonly FusedModel _model;
    private readonly Transcriber _transcriber;

    public TranscriberTests()
    {
        string path = TinyDecoder.Write(_folder, config: TinyDecoder.Config with { MaxTokens = 40 });
        _tokenizer = HuggingFaceTokenizer.Create(TokenizerFiles.Read(path, null));
        using Checkpoint checkpoint = Checkpoint.Open(path);
        DecoderConfig config = DecoderConfig.Read(checkpoint);
        _model = FusedModel.Create(checkpoint, config, SmallFusion.Config(Parts, config.HiddenSize), seed: 5);
        _transcriber = new(_model, _tokenizer, [TinyDecoder.End]);
    }

    public void Dispose()
    {
        _transcriber.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Greedy_transcripts_are_those_of_the_whole_text_read_anew_for_each_token()
    {
        var options = new GenerationOptions { MaxTokens = 10 };
        Frames[] recordings = [.. ((int[])[20, 3, 0, 37, 9, 64]).Select(count => SmallFusion.Frames(count, count))];
        Transcript[] together = _transcriber.Transcribe(recordings, options, TestContext.Current.CancellationToken);
        for (int row = 0; row < recordings.Length; row++)
        {
            Transcript alone = Assert.Single(_transcriber.Transcribe([recordings[row]], options, TestContext.Current.CancellationToken));
            (int[] tokens, double logLikelihood, double silence) = Greedy(recordings[row], options.MaxTokens);
            foreach (Transcript transcript in (Transcript[])[alone, together[row]])
            {
                Assert.Equal(tokens.Length, transcript.Tokens);
                Assert.Equal(Text(tokens), transcript.Text);
                Assert.Equal(logLikelihood, transcript.LogLikelihood, 1e-3);
                Assert.Equal(logLikelihood / tokens.Length, transcript.MeanLogLikelihood, 1e-3);
                Assert.Equal(silence, transcript.Silence, 1e-5);
                Assert.Equal(
                    tokens[^1] == TinyDecoder.End ? GenerationStop.EndToken : GenerationStop.MaxTokens, transcript.Stop);
                Assert.False(transcript.IsRepetitive);
            }
        }

        Assert.True(together.Select(transcript => transcript.Text).Distinct().Count() > 1, "all are alike, whatever is heard");
        List<int> told = [];
        Transcript[] all =
            _transcriber.TranscribeAll(recordings, options, atOnce: 4, told.Add, TestContext.Current.CancellationToken);
        Assert.Equal([4, recordings.Length], told);
        Assert.Equal(together.Select(transcript => transcript.Text), all.Select(transcript => transcript.Text));
    }

    [Fact]
    public void A_seed_draws_the_same_transcript_in_any_batch()
    {
        var options = new GenerationOptions { MaxTokens = 8, Temperature = 2, Seed = 3 };
        Frames[] recordings = [SmallFusion.Frames(20), SmallFusion.Frames(7)];
        Transcript[] first = _transcriber.Transcribe(recordings, options, TestContext.Current.CancellationToken);
        Transcript[] turned = _transcriber.Transcribe([recordings[1], recordings[0]], options, TestContext.Current.CancellationToken);
        Assert.Equal(first.Select(transcript => transcript.Text), turned.Reverse().Select(transcript => transcript.Text));
        Transcript[] other = _transcriber.Transcribe(recordings, options with { Seed = 4 }, TestContext.Current.CancellationToken);
        Assert.NotEqual(first.Select(transcript => transcript.Text), other.Select(transcript => transcript.Text));
    }

    [Fact]
    public void A_transcript_ends_with_the_context_a_stop_text_or_repetition()
    {
        // 17 tokens before the transcript, and a context of 40.
        Frames[] recordings = [SmallFusion.Frames(96)];
        var endless = new Transcriber(
            new SharedModel<CausalLanguageModel>(_model), _model.FusionConfig, _model.Decoder.Config, _tokenizer, [], CPU);
        var options = new GenerationOptions { Temperature = 3, Seed = 1 };
        Transcript full = Assert.Single(endless.Transcribe(recordings, options, TestContext.Current.CancellationToken));
        Assert.Equal((40 - 17, GenerationStop.FullContext), (full.Tokens, full.Stop));
        Assert.Equal(0, full.Silence);
        string word = full.Text.Split(' ')[1];
        Transcript stopped = Assert.Single(
            endless.Transcribe(recordings, options with { Stop = [$" {word}"] }, TestContext.Current.CancellationToken));
        Assert.Equal(GenerationStop.StopText, stopped.Stop);
        Assert.Equal(full.Text.Split(' ')[0], stopped.Text);
    }

    [Fact]
    public void A_text_that_repeats_itself_ends_behind_its_first_piece()
    {
        int[] prompt = [TinyDecoder.Begin, 0, 0, 5];
        var writer = new TranscriptWriter(_tokenizer, [TinyDecoder.End], [], new(), prompt, 1..3);
        float[] logits = new float[TinyModel.Vocabulary.Length];
        int count = 0;
        for (; !writer.IsDone; count++)
        {
            Array.Clear(logits);
            // "very good film", then "film" for ever, which is surer of itself the longer it is.
            logits[Array.IndexOf(TinyModel.Vocabulary, count == 0 ? "very" : count == 1 ? "good" : "film")] = count < 3 ? 9 : 20;
            writer.Add(logits, logits.Length, isFull: false);
        }

        Transcript transcript = writer.Result();
        Assert.Equal(("very good film", 3, true), (transcript.Text, transcript.Tokens, transcript.IsRepetitive));
        Assert.Equal(26, count);
        // Of what is kept alone.
        double each = 9 - Math.Log(Math.Exp(9) + logits.Length - 1);
        Assert.Equal(each, transcript.MeanLogLikelihood, 1e-6);
        Assert.Equal(Math.Exp(each - 9), transcript.Silence, 1e-9);
    }

    [Fact]
    public void A_penalty_is_for_what_was_read_and_written_and_not_for_the_places_of_vectors()
    {
        const int Heard = 20, Other = 21;
        float[] logits = new float[TinyModel.Vocabulary.Length];
        (logits[Heard], logits[Other]) = (6, 4);
        var options = new GenerationOptions { RepetitionPenalty = 2 };
        // The padding's token, here the likeliest, has the places.
        Assert.Equal(Heard, First([TinyDecoder.Begin, Heard, Heard, 5], 1..3));
        Assert.Equal(Other, First([TinyDecoder.Begin, 0, 0, Heard], 1..3));

        int First(int[] prompt, Range places)
        {
            var writer = new TranscriptWriter(_tokenizer, [TinyDecoder.End], [], options, prompt, places);
            writer.Add([.. logits], logits.Length, isFull: false);
            return writer.Last;
        }
    }

    [Fact]
    public void What_can_not_be_heard_is_refused()
    {
        ArgumentException Refusal(Frames frames, GenerationOptions? options = null) => Assert.Throws<ArgumentException>(
            () => _transcriber.Transcribe([frames], options ?? new(), TestContext.Current.CancellationToken));
        Assert.Contains("have 2 values, and the model's 3", Refusal(new([1, 2], 2)).Message);
        Assert.Contains("has 41 tokens with its prompt, and the model's context 40", Refusal(SmallFusion.Frames(8 * 36)).Message);
        Assert.Contains("TopP", Refusal(SmallFusion.Frames(5), new() { TopP = 2 }).Message);
        Assert.Empty(_transcriber.Transcribe([], new(), TestContext.Current.CancellationToken));
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => _transcriber.Transcribe([SmallFusion.Frames(5)], new(), cancelled.Token));
        _transcriber.Dispose();
        Assert.Throws<ObjectDisposedException>(
            () => _transcriber.Transcribe([SmallFusion.Frames(5)], new(), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void It_leaves_no_tensor_behind()
    {
        var options = new GenerationOptions { MaxTokens = 6 };
        // The first one makes the tables of rotations, which are kept.
        _transcriber.Transcribe([SmallFusion.Frames(40)], options, TestContext.Current.CancellationToken);
        long before = LiveTensors.Settled();
        _transcriber.Transcribe([SmallFusion.Frames(40), SmallFusion.Frames(3)], options, TestContext.Current.CancellationToken);
        LiveTensors.AssertAre(before);
    }

    /// <summary>Tokens, the sum of the logarithms of their probabilities, and the probability that there are none.</summary>
    private (int[] Tokens, double LogLikelihood, double Silence) Greedy(Frames recording, int most)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        FusionConfig config = _model.FusionConfig;
        var layout = new FusedLayout(_tokenizer, config);
        List<int> ids = [.. layout.Prompt(recording.Count)], tokens = [];
        FusedInput input = FusedInput.Create([recording.For(config)], [layout.FirstVector], config, CPU);
        (double sum, double silence) = (0, 0);
        do
        {
            Tensor all = tensor(ids.Select(id => (long)id).ToArray()).unsqueeze(0);
            Tensor states = _model.Decoder.Decode(all, ones_like(all), given: _model.Project(input));
            double[] logs = [.. _model.Head(states).select(0, 0).select(0, ids.Count - 1).to(float64).log_softmax(-1).data<double>()];
            if (tokens.Count == 0)
                silence = Math.Exp(logs[TinyDecoder.End]);
            tokens.Add(Array.IndexOf(logs, logs.Max()));
            sum += logs[tokens[^1]];
            ids.Add(tokens[^1]);
        }
        while (tokens[^1] != TinyDecoder.End && tokens.Count < most);
        return ([.. tokens], sum, silence);
    }

    private string Text(IEnumerable<int> tokens) =>
        _tokenizer.Decode(tokens.Where(token => !_tokenizer.IsSpecial(token)))!.Trim();
}
