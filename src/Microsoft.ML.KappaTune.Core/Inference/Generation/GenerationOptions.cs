using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.ML.KappaTune.Options;

namespace Microsoft.ML.KappaTune;

/// <summary>
/// How a decoder goes on with a text. Tokens are filtered in the order of transformers: repetition penalty, temperature, top-k, top-p,
/// min-p.
/// </summary>
[TypeConverter(typeof(ObjectConverter))]
[WrittenAs("""{ "MaxTokens": 100, "Temperature": 0.7 }; leave it out for the model's own way""")]
public sealed record GenerationOptions
{
    /// <summary>The most tokens that are written, 1 or more. Default: 256.</summary>
    [Range(1, int.MaxValue), Description("The most tokens that are written.")]
    public int MaxTokens { get; init; } = 256;

    /// <summary>
    /// What logits are divided by, so that below 1 likely tokens become likelier, and at 0 the likeliest is taken each time; 0 or more.
    /// Default: 0.
    /// </summary>
    [Range(0.0, double.PositiveInfinity), Description("What logits are divided by; 0 takes the likeliest token each time.")]
    public double Temperature { get; init; }

    /// <summary>How many of the likeliest tokens are drawn from, where 0 is all; 0 or more. Default: 0.</summary>
    [Range(0, int.MaxValue), Description("Only so many of the likeliest tokens are drawn from; 0 for all.")]
    public int TopK { get; init; }

    /// <summary>
    /// The probability that the likeliest tokens have together which are drawn from; above 0, at most 1. Default: 1.
    /// </summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true), Description("Only the likeliest tokens with this probability together are drawn from.")]
    public double TopP { get; init; } = 1;

    /// <summary>The share of the likeliest token's probability that a token has at least which is drawn; from 0 to 1. Default: 0.</summary>
    [Range(0.0, 1.0), Description("Only tokens with this share of the likeliest one's probability are drawn from.")]
    public double MinP { get; init; }

    /// <summary>
    /// What the logits of tokens are divided by that are there already, or multiplied by where they are negative; above 0, finite.
    /// Default: 1.
    /// </summary>
    [Range(0.0, double.MaxValue, MinimumIsExclusive = true), Description("How much less likely tokens become that are there already.")]
    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>Texts of which each ends what is written, and isn't part of it. Default: none.</summary>
    [Allowed("texts that aren't empty"), Description("A text that ends what is written.")]
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>What the draws follow from: the same seed gives the same text. Default: 0.</summary>
    [Description("What the draws follow from: the same seed gives the same text.")]
    public int Seed { get; init; }

    /// <exception cref="ArgumentException">An option isn't allowed; the message names all that aren't.</exception>
    internal void Check()
    {
        var problems = new OptionProblems();
        Check(problems);
        problems.Throw();
    }

    /// <summary>Adds what isn't allowed.</summary>
    internal void Check(OptionProblems problems)
    {
        problems.Check(this);
        problems.Require(Stop?.All(text => text.Length > 0) ?? false, nameof(Stop), "", "texts that aren't empty");
    }
}
