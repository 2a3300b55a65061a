using System.Text;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.IO;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.Issues;

/// <summary>A byte order mark and blank last lines, which editors leave in text files, change nothing.</summary>
public sealed class FilesAsEditorsLeaveThemTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("config.json")]
    [InlineData("vocab.txt")]
    [InlineData("tokenizer_config.json")]
    public void A_byte_order_mark_is_no_part_of_a_file(string name)
    {
        string path = TinyModel.Write(_folder);
        string file = Path.Combine(path, name);
        string text = File.Exists(file) ? File.ReadAllText(file) : "{}";
        int[] before = IdsOf(path);
        File.WriteAllText(file, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        Assert.Equal(0xef, File.ReadAllBytes(file)[0]);
        Assert.Equal(before, IdsOf(path));
    }

    [Fact]
    public void An_index_of_shards_and_a_tokenizer_json_may_begin_with_one()
    {
        Assert.Equal("b", JsonFile.ReadObject(_folder.Write("any.json", "\ufeff{\"a\":\"b\"}")).GetProperty("a").GetString());
        byte[] bytes = [.. Encoding.UTF8.Preamble, .. """{"a":1}"""u8];
        Assert.Equal(1, JsonField.Parse("tokenizer.json", bytes).Get("a").Whole());
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\n\n\n")]
    [InlineData("\r\n\r\n")]
    public void Blank_lines_at_the_end_are_no_tokens(string end)
    {
        string path = TinyModel.Write(_folder);
        string vocabulary = Path.Combine(path, "vocab.txt");
        File.AppendAllText(vocabulary, end);
        using Checkpoint checkpoint = Checkpoint.Open(path);
        TokenizerFiles files = TokenizerFiles.Read(path, checkpoint.Config);
        // As many as the word embeddings have: one token more would be refused.
        _ = HuggingFaceTokenizer.Create(files, TinyModel.Vocabulary.Length);
        Assert.Equal(TinyModel.Vocabulary, TextLines.Read(files, TokenizerFiles.VocabTxt));
    }

    private static int[] IdsOf(string path)
    {
        using Checkpoint checkpoint = Checkpoint.Open(path);
        return [.. HuggingFaceTokenizer.Create(TokenizerFiles.Read(path, checkpoint.Config), TinyModel.Vocabulary.Length)
            .EncodeToIds("[CLS] a film")];
    }
}
