using System.CommandLine;
using Microsoft.ML.Tokenizers;

// How many tokens a second one core encodes, and what that allocates.
var textOption = new Option<FileInfo?>("--text") { Description = "A text file to encode, a text a line; else English-like text made from a seed." };
var runsOption = new Option<int>("--runs") { Description = "How often each tokenizer encodes all texts; the median counts.", DefaultValueFactory = _ => 7 };
var textsOption = new Option<int>("--texts") { Description = "How many texts are made.", DefaultValueFactory = _ => 4000 };
var wordsOption = new Option<int>("--words") { Description = "How many words a made text has, about.", DefaultValueFactory = _ => 200 };
var command = new RootCommand("Measures the tokenizers.") { textOption, runsOption, textsOption, wordsOption };
command.SetAction(arguments =>
{
    string[] texts = arguments.GetValue(textOption) is { } file
        ? [.. File.ReadLines(file.FullName).Where(line => line.Length > 0)]
        : new EnglishText(seed: 1).Texts(arguments.GetValue(textsOption), arguments.GetValue(wordsOption));
    string source = arguments.GetValue(textOption) is { } named ? named.Name : EnglishText.Description;
    Report.Write(source, texts, arguments.GetValue(runsOption), Tokenizers(new Vocabulary(texts[..Math.Min(texts.Length, 1000)])), Console.Out);
});
return command.Parse(args).Invoke();

static (string Name, Tokenizer Tokenizer)[] Tokenizers(Vocabulary vocabulary) =>
[
    ("BERT (clean-up, WordPiece)", BertTokenizer.Create(vocabulary.WordPiece())),
    ("WordPiece, split at white space", WordPieceTokenizer.Create(vocabulary.WordPiece(), new WordPieceOptions { Normalizer = LowerCaseNormalizer.Instance })),
    ("byte-level BPE (GPT-2, RoBERTa)", BpeTokenizer.Create(vocabulary.Bpe())),
    ("SentencePiece BPE (Llama)", SentencePieceTokenizer.Create(vocabulary.SentencePiece(unigram: false))),
    ("SentencePiece unigram", SentencePieceTokenizer.Create(vocabulary.SentencePiece(unigram: true))),
];
