using Microsoft.ML.KappaTune.Inference;

namespace Microsoft.ML.KappaTune.Tests.Inference;

/// <summary>What a model's files say about generation is obeyed, or refused by name.</summary>
public sealed class GenerationConfigTests
{
    [Fact]
    public void Without_a_file_the_defaults_and_the_models_end_count()
    {
        using var folder = new TemporaryFolder();
        GenerationConfig config = GenerationFiles.Read(folder.Path).ReadConfig([7]);
        Assert.Equal((new GenerationOptions(), 7), (config.Options, Assert.Single(config.EndTokens)));
    }

    [Theory]
    [InlineData("""{"eos_token_id": 5}""", 5)]
    [InlineData("""{"eos_token_id": [5, 6]}""", 5, 6)]
    [InlineData("""{"eos_token_id": null}""", 7)]
    public void End_tokens_are_the_files(string json, params int[] expected) => Assert.Equal(expected, Read(json).EndTokens);

    [Fact]
    public void What_is_asked_for_is_done()
    {
        Assert.Equal(0, Read("""{"temperature": 0.6, "top_k": 40, "do_sample": false}""").Options.Temperature);
        GenerationOptions options = Read(
            """
            {"do_sample": true, "temperature": 0.6, "top_k": 40, "top_p": 0.9, "min_p": 0.1, "repetition_penalty": 1.1, "max_new_tokens": 9,
             "stop_strings": ["x"], "max_length": 20, "num_beams": 1, "typical_p": 1.0, "transformers_version": "5.0"}
            """).Options;
        Assert.Equal(
            new GenerationOptions
            {
                Temperature = 0.6,
                TopK = 40,
                TopP = 0.9,
                MinP = 0.1,
                RepetitionPenalty = 1.1,
                MaxTokens = 9,
                Stop = options.Stop,
            },
            options);
        Assert.Equal("x", Assert.Single(options.Stop));
        // transformers' own defaults, where it draws.
        Assert.Equal((1.0, 50), (Read("""{"do_sample": true}""").Options.Temperature, Read("""{"do_sample": true}""").Options.TopK));
    }

    [Theory]
    [InlineData("""{"num_beams": 4}""", "num_beams", "beam search")]
    [InlineData("""{"no_repeat_ngram_size": 3}""", "no_repeat_ngram_size", "n-grams")]
    [InlineData("""{"suppress_tokens": [1]}""", "suppress_tokens", "tokens")]
    [InlineData("""{"min_new_tokens": 2}""", "min_new_tokens", "length")]
    [InlineData("""{"top_p": 1.5, "do_sample": true}""", "top_p", "range")]
    [InlineData("""{"eos_token_id": "x"}""", "eos_token_id", "whole number")]
    [InlineData("""{"max_new_tokens": 0}""", "max_new_tokens", "whole number")]
    public void What_is_not_supported_is_refused_by_name(string json, string field, string expected)
    {
        var fault = Assert.Throws<CheckpointFormatException>(() => Read(json));
        Assert.Equal(field, fault.Field);
        Assert.Contains(expected, fault.Reason);
        Assert.EndsWith("generation_config.json", fault.File, StringComparison.Ordinal);
    }

    private static GenerationConfig Read(string json)
    {
        using var folder = new TemporaryFolder();
        folder.Write("generation_config.json", json);
        return GenerationFiles.Read(folder.Path).ReadConfig([7]);
    }
}
