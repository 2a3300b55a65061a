using System.Globalization;
using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tests.Models;
using Microsoft.ML.KappaTune.Tests.Tokenization;
using Microsoft.ML.KappaTune.Tokenization;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Inference;

/// <summary>Texts of whole models.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class LanguageGeneratorTests
{
    [Theory, MemberData(nameof(GoldenDecoderTests.Models), MemberType = typeof(GoldenDecoderTests))]
    public void Greedy_tokens_are_the_recorded_ones(string row)
    {
        using GoldenCase golden = GoldenCase.Open(row);
        Assert.SkipWhen(
            row.Contains("dynamic", StringComparison.Ordinal),
            "transformers keeps keys as a shorter text turned them: docs/decisions/length-of-a-text.md.");
        using var scope = NewDisposeScope();
        if (golden.Find("greedy.ids") is not { } recorded)
            return;
        int[] expected = [.. recorded[0].data<long>().Select(id => (int)id)];
        using LanguageGenerator generator = Generator(CausalLanguageModel.Load(golden.Checkpoint), []);
        GeneratedPiece[] pieces =
        [
            .. generator.Generate(
                expected[..4], new GenerationOptions { MaxTokens = expected.Length - 4 }, TestContext.Current.CancellationToken),
        ];
        Assert.Equal(expected[4..], Tokens(pieces));
    }

    [Fact]
    public void A_text_ends_at_an_end_token_at_its_length_or_with_the_context()
    {
        DecoderConfig config = SmallDecoder.Config() with { MaxTokens = 20 };
        int[] all;
        using (LanguageGenerator endless = Generator(SmallDecoder.Model(config), []))
        {
            GeneratedPiece[] pieces = [.. endless.Generate([5, 6, 7], new(), TestContext.Current.CancellationToken)];
            Assert.Equal((17, GenerationStop.FullContext), (pieces[^1].Tokens, pieces[^1].Stop));
            Assert.All(pieces[..^1], piece => Assert.Null(piece.Stop));
            Assert.All(pieces, piece => Assert.Equal(3, piece.PromptTokens));
            all = Tokens(pieces);
            pieces = [.. endless.Generate([5, 6, 7], new() { MaxTokens = 4 }, TestContext.Current.CancellationToken)];
            Assert.Equal((4, GenerationStop.MaxTokens), (pieces[^1].Tokens, pieces[^1].Stop));
            Assert.Equal(all[..4], Tokens(pieces));
            pieces = [.. endless.Generate([5, 6, 7], new() { Stop = [$" t{all[2]}"] }, TestContext.Current.CancellationToken)];
            Assert.Equal(GenerationStop.StopText, pieces[^1].Stop);
        }

        using LanguageGenerator ending = Generator(SmallDecoder.Model(config), [1, all[3]]);
        GeneratedPiece[] ended = [.. ending.Generate([5, 6, 7], new(), TestContext.Current.CancellationToken)];
        Assert.Equal(GenerationStop.EndToken, ended[^1].Stop);
        Assert.Equal(all.TakeWhile(token => token != all[3] && token != 1), Tokens(ended));
    }

    [Fact]
    public void A_seed_gives_the_same_text_on_any_number_of_threads()
    {
        using LanguageGenerator generator = Generator(SmallDecoder.Model(SmallDecoder.Config()), []);
        GenerationOptions options = new() { MaxTokens = 12, Temperature = 2, Seed = 3 };
        int[] Write(GenerationOptions given) => Tokens([.. generator.Generate([5, 6], given, TestContext.Current.CancellationToken)]);
        int[] first = Write(options);
        var parallel = new ParallelOptions { CancellationToken = TestContext.Current.CancellationToken };
        Parallel.For(0, 8, parallel, _ => Assert.Equal(first, Write(options)));
        Assert.NotEqual(first, Write(options with { Seed = 4 }));
    }

    [Fact]
    public void A_text_goes_on_with_the_blank_before_its_first_word_and_an_answer_has_none()
    {
        using LanguageGenerator generator = Generator(SmallDecoder.Model(SmallDecoder.Config()), []);
        GenerationOptions options = new() { MaxTokens = 3 };
        string answer = Text(generator.Generate([5, 6], options, TestContext.Current.CancellationToken));
        Assert.StartsWith("t", answer, StringComparison.Ordinal);
        IEnumerable<GeneratedPiece> pieces = generator.Continue([5, 6], options, TestContext.Current.CancellationToken);
        Assert.Equal($" {answer}", Text(pieces));
        // Read once more, it is written once more.
        Assert.Equal($" {answer}", Text(pieces));

        static string Text(IEnumerable<GeneratedPiece> pieces) => string.Concat(pieces.Select(piece => piece.Text));
    }

    [Fact]
    public void Tokens_that_the_tokenizer_lacks_are_never_written()
    {
        DecoderConfig config = SmallDecoder.Config();
        using var generator = new LanguageGenerator(SmallDecoder.Model(config), Names(9), []);
        GenerationOptions options = new() { MaxTokens = 60, Temperature = 5 };
        int[] written = Tokens([.. generator.Generate([5, 6], options, TestContext.Current.CancellationToken)]);
        Assert.All(written, token => Assert.InRange(token, 0, 8));

        // Nor those between the last of the vocabulary and one that was added behind it.
        HuggingFaceTokenizer gap = Json.Tokenizer(
            Json.Bpe([.. Enumerable.Range(0, 4).Select(id => $"t{id}")], []), """ "added_tokens": [{"id": 20, "content": "t20"}] """);
        using var other = new LanguageGenerator(SmallDecoder.Model(config), gap, []);
        written = Tokens([.. other.Generate([2, 3], options, TestContext.Current.CancellationToken)]);
        Assert.Equal(60, written.Length);
        Assert.Empty(written.Except([0, 1, 2, 3, 20]));
    }

    [Fact]
    public void What_can_not_be_written_is_refused_at_once()
    {
        using LanguageGenerator generator = Generator(SmallDecoder.Model(SmallDecoder.Config()), []);
        string Refusal(int[] prompt, GenerationOptions options) => Assert.Throws<ArgumentException>(
            () => generator.Generate(prompt, options, TestContext.Current.CancellationToken)).Message;
        Assert.Contains("no token", Refusal([], new()));
        Assert.Contains("100", Refusal(new int[100], new()));
        Assert.Contains("TopP", Refusal([5], new() { TopP = 2 }));
    }

    [Fact]
    public void It_stops_when_it_is_cancelled_or_disposed()
    {
        LanguageGenerator generator = Generator(SmallDecoder.Model(SmallDecoder.Config()), []);
        using var cancelled = new CancellationTokenSource();
        using IEnumerator<GeneratedPiece> text = generator.Generate([5], new(), cancelled.Token).GetEnumerator();
        Assert.True(text.MoveNext());
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => text.MoveNext());
        using IEnumerator<GeneratedPiece> other = generator.Generate([5], new(), TestContext.Current.CancellationToken).GetEnumerator();
        Assert.True(other.MoveNext());
        generator.Dispose();
        Assert.Throws<ObjectDisposedException>(() => other.MoveNext());
    }

    [Fact]
    public void It_leaves_no_tensor_behind()
    {
        using LanguageGenerator generator = Generator(SmallDecoder.Model(SmallDecoder.Config()), []);
        long before = LiveTensors.Settled();
        Assert.Equal(5, generator.Generate([5, 6], new() { MaxTokens = 5 }, TestContext.Current.CancellationToken).Last().Tokens);
        LiveTensors.AssertAre(before);
    }

    private static LanguageGenerator Generator(CausalLanguageModel model, int[] endTokens) =>
        new(model, Names(model.Decoder.Config.VocabularySize), endTokens);

    /// <summary>A tokenizer whose tokens are named by their ids, with blanks between them.</summary>
    private static HuggingFaceTokenizer Names(int count) =>
        Json.Tokenizer(Json.Bpe([.. Enumerable.Range(0, count).Select(id => $"t{id}")], []));

    private static int[] Tokens(GeneratedPiece[] pieces) =>
        [
            .. string.Concat(pieces.Select(piece => piece.Text)).Split('t', StringSplitOptions.RemoveEmptyEntries)
                .Select(name => int.Parse(name, CultureInfo.InvariantCulture)),
        ];
}
