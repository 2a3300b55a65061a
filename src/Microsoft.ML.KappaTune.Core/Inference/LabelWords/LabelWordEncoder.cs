using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Inference.LabelWords;

/// <summary>Makes tokens of prompts and of the classes' words. A prompt that is too long loses tokens from its last text's end.</summary>
internal sealed class LabelWordEncoder
{
    private readonly HuggingFaceTokenizer _tokenizer;
    private readonly PromptTemplate _template;
    private readonly int _room;

    /// <param name="maxTokens">Tokens of the longest prompt with a word, the one that begins a text included.</param>
    /// <exception cref="ArgumentException">There is no room for texts, or words can't be told apart.</exception>
    public LabelWordEncoder(HuggingFaceTokenizer tokenizer, LabelWordSet labels, int maxTokens)
    {
        (_tokenizer, _template, MaxTokens) = (tokenizer, labels.Template, maxTokens);
        Words = [.. Enumerable.Range(0, labels.Words.Count).Select(label => TokensOf(labels.Completion(label)))];
        Check(labels);
        _room = maxTokens - Words.Max(word => word.Length);
        int least = Encode("", "").TokenCount + 1;
        if (_room < least)
        {
            throw new ArgumentException(
                OptionInfo.Problem(
                    nameof(TuningOptions.MaxSequenceLength), maxTokens,
                    $"{least + maxTokens - _room} or more for the prompt's own tokens, the longest word's and one of a text's"),
                nameof(TuningOptions.MaxSequenceLength));
        }
    }

    public int MaxTokens { get; }

    /// <summary>The tokens of each class's word, as they are after the prompt.</summary>
    public int[][] Words { get; }

    /// <summary>The prompt of a row. What texts say is never read as special tokens.</summary>
    public EncodedText Encode(string text, string? pair)
    {
        (string prompt, HashSet<int> ofTexts) = _template.Fill(text, pair);
        TokenSpan[] tokens = Tokens(prompt, ofTexts);
        int end = prompt.Length - _template.End.Length, begin = _tokenizer.BeginId >= 0 ? 1 : 0;
        // The last ones are the prompt's own, which say what is asked for.
        int last = tokens.Count(token => token.End > end), kept = Math.Clamp(_room - begin - last, 0, tokens.Length - last);
        bool isCut = _room > 0 && kept + last < tokens.Length;
        int[] ids =
        [
            .. begin > 0 ? [_tokenizer.BeginId] : Array.Empty<int>(),
            .. (isCut ? tokens[..kept].Concat(tokens[^last..]) : tokens).Select(token => token.Id),
        ];
        return new(ids, new int[ids.Length], isCut, begin + tokens.Length);
    }

    /// <summary>The tokens that a completion adds to the prompt's end.</summary>
    private int[] TokensOf(string completion)
    {
        string end = _template.End;
        TokenSpan[] all = Tokens(end + completion, new HashSet<int>());
        if (all.FirstOrDefault(token => token.Start < end.Length && token.End > end.Length) is { End: > 0 })
        {
            throw new ArgumentException(
                $"The prompt ends within a token that goes on in the word \"{completion}\", which the model won't see so: let no blank end "
                + "the prompt.",
                nameof(ClassLabels));
        }

        int[] word = [.. all.Where(token => token.End > end.Length).Select(token => token.Id)];
        return word.Length > 0 ? word : throw new ArgumentException(
            $"The word \"{completion.Trim()}\" has no token in the base model's vocabulary. Name another in ClassLabels.Words.",
            nameof(ClassLabels));
    }

    private TokenSpan[] Tokens(string text, IReadOnlySet<int> plain) => _tokenizer.EncodeChat(new ChatText(text, [], plain));

    /// <summary>A word that begins with another one is never the likelier of the two.</summary>
    private void Check(LabelWordSet labels)
    {
        for (int one = 0; one < Words.Length; one++)
        {
            for (int other = 0; other < Words.Length; other++)
            {
                if (one != other && Words[other].AsSpan().StartsWith(Words[one]))
                {
                    throw new ArgumentException(
                        $"The tokens of the word \"{labels.Words[other]}\" begin with those of \"{labels.Words[one]}\", which is then "
                        + "always at least as likely. Name other words in ClassLabels.Words.",
                        nameof(ClassLabels));
                }
            }
        }
    }
}
