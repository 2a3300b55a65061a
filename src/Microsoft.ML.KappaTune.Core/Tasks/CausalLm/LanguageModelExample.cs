using Microsoft.ML.KappaTune.Retention;

namespace Microsoft.ML.KappaTune.Tasks.CausalLm;

/// <summary>A text for a language model to learn, and what of it the loss counts.</summary>
internal sealed record LanguageModelExample : TaskText
{
    private LanguageModelExample(string text) : base(text, null)
    {
    }

    /// <summary>Characters of the text that are the prompt; 0 for none.</summary>
    public int PromptLength { get; private init; }

    /// <summary>Which of <see cref="TaskText.Ids"/> the loss counts; null where these are.</summary>
    public IReadOnlyList<bool>? Counted { get; private init; }

    /// <summary>Of a conversation the tokens that end the model's turns.</summary>
    public IReadOnlyList<int> EndTokens { get; init; } = [];

    /// <summary>A text of which every token counts.</summary>
    public static LanguageModelExample OfText(string text) => new(text);

    /// <summary>A prompt and what is to follow it, which are one text: a blank between them belongs to the completion.</summary>
    public static LanguageModelExample OfCompletion(string prompt, string completion) =>
        new(prompt + completion) { PromptLength = prompt.Length };

    /// <summary>Tokens as they are, such as those of a conversation.</summary>
    /// <param name="text">What they say, on which the model's predictions are compared with its base's.</param>
    public static LanguageModelExample OfTokens(IReadOnlyList<int> ids, IReadOnlyList<bool> counted, string text)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(counted.Count, ids.Count, nameof(counted));
        return new(text) { Ids = ids, Counted = counted };
    }
}
