using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>
/// A model's own tokenizer, from the files that Hugging Face keeps beside it: it gives the ids that the model was trained
/// with. It never changes after it is made, and any number of threads may use it at once.
/// </summary>
internal sealed partial class HuggingFaceTokenizer : Tokenizer
{
    private readonly NormalizerSequence _normalizer;
    private readonly IPreTokenizer[] _preTokenizers;
    private readonly TokenModel _model;
    private readonly PostProcessor _postProcessor;
    private readonly IDecoder[]? _decoders;
    private readonly AddedVocabulary _added;
    private readonly bool _truncatesLeft;

    private HuggingFaceTokenizer(TokenizerParts parts, Func<string, string, Exception> fault)
    {
        _normalizer = new NormalizerSequence(parts.Normalizers);
        _preTokenizers = [.. parts.PreTokenizers];
        _model = parts.Model;
        _postProcessor = parts.PostProcessor;
        _decoders = parts.Decoders is { } decoders ? [.. decoders] : null;
        _added = new AddedVocabulary(
            parts.AddedTokens, parts.Special, _model.Vocabulary, _normalizer, reason => fault("added_tokens", reason));
        Special = parts.Special;
        VocabularySize = Math.Max(_model.Vocabulary.LargestId, _added.LargestId) + 1;
        foreach (int id in _postProcessor.SpecialIds)
        {
            if (TokenOf(id) is null)
                throw fault("post_processor", $"it adds the id {id}, which no token has");
        }

        UnknownId = _model.UnknownId >= 0 ? _model.UnknownId : Role(parts.Special, SpecialTokens.Unknown, "[UNK]", "<unk>");
        MaskId = Role(parts.Special, SpecialTokens.Mask, "[MASK]", "<mask>");
        ClassificationId = BeginId >= 0 ? BeginId : Role(parts.Special, SpecialTokens.Classification, "[CLS]", "<s>");
        SeparatorId = _postProcessor.TrailingId is var last and >= 0
            ? last
            : Role(parts.Special, SpecialTokens.Separator, "[SEP]", "</s>");
        EndId = Role(parts.Special, SpecialTokens.End);
        int pad = Role(parts.Special, SpecialTokens.Pad, "[PAD]", "<pad>");
        MaxLength = parts.MaxLength ?? int.MaxValue;
        _truncatesLeft = parts.TruncatesLeft;
        PadId = Math.Max(0, pad >= 0 ? pad : Role(parts.Special, SpecialTokens.End, "<|endoftext|>", "</s>"));
    }

    /// <summary>The tokens with a role, as the files name them.</summary>
    public SpecialTokens Special { get; }

    /// <summary>The texts that are special tokens wherever they are in a text.</summary>
    public IEnumerable<string> SpecialTexts => _added.SpecialTexts;

    /// <summary>Whether an id is that of a special token.</summary>
    public bool IsSpecial(int id) => _added.Find(id)?.Special == true;

    /// <summary>One more than the largest id, added tokens included.</summary>
    public int VocabularySize { get; }

    /// <summary>
    /// Tokens of the longest text that the files allow, special ones included; the largest int where they set no limit. Whoever encodes
    /// may ask for more.
    /// </summary>
    public int MaxLength { get; }

    /// <summary>What fills up a batch. Some decoders have no such token; there it is the one that ends a text, or 0.</summary>
    public int PadId { get; }

    /// <summary>The token for what the vocabulary can't express, or -1.</summary>
    public int UnknownId { get; }

    /// <summary>The token to be guessed in masked language modelling, or -1.</summary>
    public int MaskId { get; }

    /// <summary>The token that begins each input, or -1.</summary>
    public int ClassificationId { get; }

    /// <summary>The token that ends each input, or -1.</summary>
    public int SeparatorId { get; }

    /// <summary>The token that the files name as the one that ends a text, at which a model stops; -1 for none.</summary>
    public int EndId { get; }

    /// <summary>The token that <see cref="Encode"/> puts before a text, or -1 for none.</summary>
    public int BeginId => _postProcessor.LeadingId;

    /// <summary>The token that <see cref="Encode"/> puts behind a text, or -1 for none.</summary>
    public int TrailingId => _postProcessor.TrailingId;

    /// <summary>Whether a text's ids begin with two of the tokens that begin one: its own, and the one that is added.</summary>
    public bool BeginsTwice(ReadOnlySpan<int> ids) =>
        BeginId >= 0 && ids is [var first, var second, ..] && first == BeginId && second == first;

    /// <param name="modelVocabulary">How many tokens the model has embeddings for; more than the tokenizer has is usual.</param>
    /// <exception cref="CheckpointFormatException">
    /// A file is damaged, something in it isn't understood, or it has tokens that the model doesn't know.
    /// </exception>
    public static HuggingFaceTokenizer Create(TokenizerFiles files, int modelVocabulary = int.MaxValue)
    {
        TokenizerParts parts = TokenizerReader.Read(files, out string file);
        var tokenizer = new HuggingFaceTokenizer(
            parts, (field, reason) => new CheckpointFormatException(files.PathOf(file), reason, IO.JsonFile.Remedy, field: field));
        if (tokenizer.VocabularySize <= modelVocabulary)
            return tokenizer;
        int first = tokenizer._model.Vocabulary.Tokens.Select(token => token.Key).Concat(tokenizer._added.Ids)
            .Where(id => id >= modelVocabulary).Min();
        throw new CheckpointFormatException(
            files.PathOf(file),
            $"its token \"{CheckpointFormatException.Printable(tokenizer.TokenOf(first)!)}\" has the id {first}, "
            + $"and the last that the model has embeddings for is {modelVocabulary - 1}",
            "Take the tokenizer's files and the weights from the same model; a token that was added needs a row of embeddings.");
    }

    private static EncodeSettings Whole { get; } =
        new() { ConsiderNormalization = true, ConsiderPreTokenization = true, MaxTokenCount = int.MaxValue };

    /// <summary>How many special tokens a text, or a pair, gets.</summary>
    public int SpecialCount(bool isPair) => _postProcessor.SpecialCount(isPair);

    /// <summary>
    /// Encodes a text, or a pair, with the special tokens that the model expects. What is too long loses tokens from its
    /// end, or from its beginning where the files say so, and of a pair the longer text first.
    /// </summary>
    /// <param name="text">The text; null counts as empty.</param>
    /// <param name="pair">The second text, or null for none.</param>
    /// <param name="maxLength">The most ids to give; at least as many as there are special tokens.</param>
    public EncodedText Encode(string? text, string? pair = null, int maxLength = int.MaxValue)
    {
        bool isPair = pair is not null;
        int special = SpecialCount(isPair), most = maxLength - special;
        ArgumentOutOfRangeException.ThrowIfNegative(most, nameof(maxLength));
        Workspace workspace = Workspace.Rent();
        Tokenize(text, workspace);
        int first = workspace.Tokens.Count;
        if (isPair)
            Tokenize(pair, workspace);
        ReadOnlySpan<TokenSpan> tokens = workspace.Tokens.Tokens;
        (int keptFirst, int keptSecond) = isPair
            ? Truncation.LongestFirst(first, tokens.Length - first, most)
            : (Math.Min(first, most), 0);
        EncodedText encoded = _postProcessor.Apply(
            Kept(tokens[..first], keptFirst), Kept(tokens[first..], keptSecond), isPair,
            truncated: keptFirst + keptSecond < tokens.Length, tokens.Length + special);
        workspace.Return();
        return encoded;
    }

    /// <summary>The same with a token at least: an empty text without special ones is the one that fills up a batch.</summary>
    public EncodedText EncodeAny(string? text, string? pair = null, int maxLength = int.MaxValue)
    {
        EncodedText encoded = Encode(text, pair, maxLength);
        return encoded.Ids.Length > 0 ? encoded : encoded with { Ids = [PadId], TypeIds = [0] };
    }

    private ReadOnlySpan<TokenSpan> Kept(ReadOnlySpan<TokenSpan> text, int count) => _truncatesLeft ? text[^count..] : text[..count];

    /// <summary>The ids that a text begins with, without special ones, and how many of its characters they stand for.</summary>
    /// <param name="maxTokens">Ids at most, 1 or more.</param>
    public (int[] Ids, int Length) EncodePrefix(string text, int maxTokens)
    {
        (TokenSpan[] tokens, int consumed) = Tokens(text, default, Whole with { MaxTokenCount = maxTokens });
        return ([.. tokens.Select(token => token.Id)], consumed);
    }

    /// <summary>A text's tokens, without special ones, and their places in it.</summary>
    public IReadOnlyList<TokenSpan> EncodeWithOffsets(string text) => Tokens(text, default, Whole).Tokens;

    /// <summary>
    /// A conversation's tokens, and their places in its text: the special ones that its template writes, and no others.
    /// </summary>
    public TokenSpan[] EncodeChat(ChatText text)
    {
        Workspace workspace = Workspace.Rent();
        Tokenize(text.Text, workspace, plain: text.Plain);
        TokenSpan[] tokens = workspace.Tokens.Tokens.ToArray();
        workspace.Return();
        return tokens;
    }

    /// <summary>Whether a text in capitals isn't the same to it as one in lower case.</summary>
    public bool KeepsCapitals => Normalized("CAPITALS") != Normalized("capitals");

    private string Normalized(string text)
    {
        Workspace workspace = Workspace.Rent();
        workspace.Text.Load(text);
        _normalizer.Normalize(workspace);
        string normalized = workspace.Text.Chars.ToString();
        workspace.Return();
        return normalized;
    }

    /// <summary>Appends a text's tokens, without special ones, to the workspace's.</summary>
    /// <param name="plain">Where in the text no special token begins, though it seems so; null for nowhere.</param>
    private void Tokenize(
        ReadOnlySpan<char> text, Workspace workspace, bool normalize = true, bool split = true, IReadOnlySet<int>? plain = null)
    {
        AlignedText original = workspace.Original;
        original.Load(text);
        int from = 0;
        Func<int, bool>? isPlain = plain is { Count: > 0 } ? plain.Contains : null;
        while (_added.InText.TryFind(original.Chars, from, out AddedToken token, out Span place, isPlain))
        {
            TokenizePart(new Span(from, place.Start), workspace, normalize, split, isPlain);
            workspace.Tokens.Add(token.Id, place.Start, place.End);
            from = place.End;
        }

        TokenizePart(new Span(from, text.Length), workspace, normalize, split, isPlain);
    }

    private void TokenizePart(Span part, Workspace workspace, bool normalize, bool split, Func<int, bool>? isPlain)
    {
        if (part.Length == 0)
            return;
        workspace.Text.Clear();
        workspace.Text.Append(workspace.Original, part.Start, part.End);
        if (normalize)
            _normalizer.Normalize(workspace);
        if (_added.InNormalizedText.IsEmpty)
        {
            TokenizeText(workspace, split);
            return;
        }

        AlignedText normalized = workspace.Normalized;
        normalized.Clear();
        normalized.Append(workspace.Text, 0, workspace.Text.Length);
        int from = 0;
        Func<int, bool>? isPlainHere = isPlain is null ? null : at => isPlain(normalized.StartOf(at));
        while (_added.InNormalizedText.TryFind(normalized.Chars, from, out AddedToken token, out Span place, isPlainHere))
        {
            TokenizeText(workspace, split, new Span(from, place.Start));
            workspace.Tokens.Add(token.Id, normalized.StartOf(place.Start), normalized.EndOf(place.End - 1));
            from = place.End;
        }

        TokenizeText(workspace, split, new Span(from, normalized.Length));
    }

    private void TokenizeText(Workspace workspace, bool split, Span part)
    {
        workspace.Text.Clear();
        workspace.Text.Append(workspace.Normalized, part.Start, part.End);
        TokenizeText(workspace, split);
    }

    /// <summary>Tokenizes the workspace's text, which no added token is in.</summary>
    private void TokenizeText(Workspace workspace, bool split)
    {
        workspace.Words.Clear();
        if (workspace.Text.Length > 0)
            workspace.Words.Add(new Span(0, workspace.Text.Length));
        if (split)
        {
            foreach (IPreTokenizer preTokenizer in _preTokenizers)
                preTokenizer.PreTokenize(workspace);
        }

        foreach (Span word in workspace.Words)
        {
            int first = workspace.Tokens.Count;
            _model.Tokenize(workspace.Text[word], workspace.Tokens);
            workspace.Tokens.Locate(first, workspace.Text, word);
        }
    }

    /// <summary>A token's text, as in the vocabulary; null where no token has the id.</summary>
    public string? TokenOf(int id) => _added.Find(id)?.Content ?? _model.Vocabulary.TokenOf(id);

    private int IdOf(string token) => _added.Find(token)?.Id ?? _model.Vocabulary.IdOf(token);

    /// <summary>The id of the token that has a role or, where none is named, that usually has it.</summary>
    private int Role(SpecialTokens special, string role, params ReadOnlySpan<string> usual)
    {
        if (special[role] is { } named && IdOf(named) is var id and >= 0)
            return id;
        foreach (string token in usual)
        {
            if (IdOf(token) is var found and >= 0)
                return found;
        }

        return -1;
    }
}
