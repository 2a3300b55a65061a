using Microsoft.Extensions.AI;

namespace Microsoft.ML.KappaTune.Tests;

/// <summary>Every option of a chat request is honoured or refused.</summary>
public sealed class ChatRequestOptionsTests : IDisposable
{
    private readonly TinyChat _chat = new(
        """{"do_sample": true, "temperature": 0.5, "top_k": 7, "max_new_tokens": 3, "stop_strings": ["x"]}""");

    private readonly IChatClient _client;

    public ChatRequestOptionsTests() => _client = _chat.Generator.AsIChatClient(modelId: "tiny");

    public void Dispose()
    {
        _client.Dispose();
        _chat.Dispose();
    }

    [Fact]
    public void Nothing_of_a_request_is_left_out()
    {
        string[] honoured =
        [
            "Instructions", "MaxOutputTokens", "ModelId", "RawRepresentationFactory", "Seed", "StopSequences", "Temperature", "TopK",
            "TopP",
        ];
        string[] allowingWhatNeverHappens = ["AllowBackgroundResponses", "AllowMultipleToolCalls"];
        string[] refused =
        [
            "AdditionalProperties", "ContinuationToken", "ConversationId", "FrequencyPenalty", "PresencePenalty", "Reasoning",
            "ResponseFormat", "ToolMode", "Tools",
        ];
        Assert.Equal(
            [.. honoured.Concat(allowingWhatNeverHappens).Concat(refused).Order(StringComparer.Ordinal)],
            typeof(ChatOptions).GetProperties().Select(property => property.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_is_asked_for_comes_before_the_models_files()
    {
        GenerationOptions read = Read(new()
        {
            MaxOutputTokens = 9,
            Temperature = 0.7f,
            TopP = 0.9f,
            TopK = 4,
            StopSequences = ["a", "b"],
            Seed = 11,
            AllowMultipleToolCalls = true,
            ToolMode = ChatToolMode.Auto,
            Tools = [],
            ResponseFormat = ChatResponseFormat.Text,
            FrequencyPenalty = 0,
            PresencePenalty = 0,
            ModelId = "tiny",
            AdditionalProperties = new(),
        });
        Assert.Equal(["a", "b"], read.Stop);
        Assert.Equal(
            new GenerationOptions { MaxTokens = 9, Temperature = 0.7, TopP = 0.9, TopK = 4, Seed = 11, Stop = read.Stop }, read);
    }

    [Fact]
    public void The_models_files_count_where_nothing_is_asked_for()
    {
        foreach (GenerationOptions read in (GenerationOptions[])[Read(null), Read(new())])
        {
            Assert.Equal(["x"], read.Stop);
            Assert.Equal(
                new GenerationOptions { MaxTokens = 3, Temperature = 0.5, TopK = 7, Stop = read.Stop, Seed = read.Seed }, read);
        }

        // Drawn anew for each answer.
        Assert.True(Enumerable.Range(0, 8).Select(_ => Read(null).Seed).Distinct().Count() > 1);
    }

    [Fact]
    public void A_models_own_options_come_by_the_factory_and_named_ones_over_them()
    {
        var own = new GenerationOptions { MinP = 0.1, RepetitionPenalty = 1.2, Temperature = 1, Seed = 4 };
        Assert.Equal(own with { Temperature = 0.25 }, Read(new() { RawRepresentationFactory = _ => own, Temperature = 0.25f }));
        Assert.Equal(7, Read(new() { RawRepresentationFactory = _ => null }).TopK);
        var refused = Assert.Throws<UnsupportedRequestException>(() => Read(new() { RawRepresentationFactory = _ => "text" }));
        Assert.Equal("ChatOptions.RawRepresentationFactory", refused.Asked);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-3, -3)]
    [InlineData(int.MaxValue, int.MaxValue)]
    [InlineData(1L << 32, 1)]
    [InlineData((5L << 32) + 4, 1)]
    public void A_seed_of_64_bits_is_one_of_32(long seed, int expected) => Assert.Equal(expected, Read(new() { Seed = seed }).Seed);

    [Fact]
    public async Task What_can_not_be_honoured_is_refused_by_its_name()
    {
#pragma warning disable MEAI001 // Some of the options may yet change.
        (string Option, ChatOptions Options)[] refused =
        [
            ("Tools", new() { Tools = [new HostedWebSearchTool()] }),
            ("ToolMode", new() { ToolMode = ChatToolMode.RequireAny }),
            ("ResponseFormat", new() { ResponseFormat = ChatResponseFormat.Json }),
            ("ConversationId", new() { ConversationId = "1" }),
            ("FrequencyPenalty", new() { FrequencyPenalty = 0.5f }),
            ("PresencePenalty", new() { PresencePenalty = -1 }),
            ("Reasoning", new() { Reasoning = new() }),
            ("ContinuationToken", new() { ContinuationToken = ResponseContinuationToken.FromBytes(new byte[] { 1 }) }),
            ("ModelId", new() { ModelId = "other" }),
            ("AdditionalProperties", new() { AdditionalProperties = new() { ["min_p"] = 0.1 } }),
        ];
#pragma warning restore MEAI001
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        foreach ((string option, ChatOptions options) in refused)
        {
            var error = await Assert.ThrowsAsync<UnsupportedRequestException>(
                () => _client.GetResponseAsync(TinyChat.Messages, options, cancellationToken));
            Assert.Equal($"ChatOptions.{option}", error.Asked);
            Assert.Equal($"ChatOptions.{option}: {error.Reason}. {error.Remedy}", error.Message);
            Assert.Throws<UnsupportedRequestException>(
                () => _client.GetStreamingResponseAsync(TinyChat.Messages, options, cancellationToken));
        }
    }

    [Fact]
    public void A_client_without_a_name_is_asked_for_no_model()
    {
        using IChatClient unnamed = _chat.Generator.AsIChatClient(ownsGenerator: false);
        var refused = Assert.Throws<UnsupportedRequestException>(
            () => ChatRequestOptions.Read(new() { ModelId = "tiny" }, unnamed, _chat.Generator.Defaults, modelId: null));
        Assert.Contains("tiny", refused.Message);
    }

    [Fact]
    public async Task What_is_out_of_range_is_said_as_by_the_model_itself()
    {
        foreach (ChatOptions options in (ChatOptions[])
            [new() { MaxOutputTokens = 0 }, new() { TopP = 2 }, new() { Temperature = float.NaN }, new() { StopSequences = [""] }])
        {
            await Assert.ThrowsAsync<ArgumentException>(
                () => _client.GetResponseAsync(TinyChat.Messages, options, TestContext.Current.CancellationToken));
        }
    }

    private GenerationOptions Read(ChatOptions? options) => ChatRequestOptions.Read(options, _client, _chat.Generator.Defaults, "tiny");
}
