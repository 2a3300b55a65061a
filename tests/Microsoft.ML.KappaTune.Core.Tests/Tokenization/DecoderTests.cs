using System.Buffers;
using System.Text;
using Microsoft.ML.KappaTune.IO;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.Tokenization;

/// <summary>From tokens back to text.</summary>
public class DecoderTests
{
    [Theory]
    [InlineData("""{"type": "WordPiece", "prefix": "##", "cleanup": false}""", "##uelo|Ara|##új|##o|No|##guera", "##uelo Araújo Noguera")]
    [InlineData("""{"type": "WordPiece", "prefix": "##", "cleanup": true}""", "he|!|do|not|##s|n't|.|'s|a|##'m", "he! do notsn't.'s a'm")]
    [InlineData("""{"type": "BPEDecoder", "suffix": "</w>"}""", "ab</w>|b|c</w>", "ab bc")]
    [InlineData("""{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always"}""", "▁Hey|▁you|▁▁", "Hey you  ")]
    [InlineData("""{"type": "Metaspace", "replacement": "▁", "add_prefix_space": false}""", "▁Hey|▁you", " Hey you")]
    [InlineData("""{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "never"}""", "▁Hey", " Hey")]
    [InlineData("""{"type": "ByteFallback"}""", "Hey|<0x61>|<0xE2>|<0x82>|<0xAC>|x|<0xE2>|<0x82>|<0xZZ>", "Heya€x\uFFFD\uFFFD<0xZZ>")]
    [InlineData("""{"type": "ByteLevel"}""", "Hel|loĠ|w|â|Ĥ|¬|[é字]", "Hello w€[é字]")]
    [InlineData("""{"type": "Fuse"}""", "a|b", "ab")]
    [InlineData("""{"type": "Strip", "content": "H", "start": 1, "stop": 0}""", "Hey| friend!|HHH", "ey friend!HH")]
    [InlineData("""{"type": "Strip", "content": "y", "start": 0, "stop": 1}""", "Hey|yy", "Hey")]
    [InlineData("""{"type": "Replace", "pattern": {"String": "▁"}, "content": " "}""", "▁a|b▁▁", " ab  ")]
    [InlineData(
        """{"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "▁"}, "content": " "},"""
            + """ {"type": "ByteFallback"}, {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}""",
        "▁a|▁<|<0x41>", "a <A")]
    public void Tokens_become_text(string decoder, string tokens, string expected)
    {
        List<string> list = [.. tokens.Split('|')];
        foreach (IDecoder step in DecoderReader.Read(JsonField.Parse("file", Encoding.UTF8.GetBytes(decoder)))!)
        {
            step.Decode([]);
            step.Decode(list);
        }

        Assert.Equal(expected, string.Concat(list));
    }

    [Fact]
    public void Without_a_decoder_tokens_are_joined_with_spaces()
    {
        HuggingFaceTokenizer tokenizer = Json.Tokenizer(Json.WordPiece("[UNK]", "a", "##b"));
        Assert.Equal("a ##b", tokenizer.Decode([1, 2]));
        Assert.Equal("", tokenizer.Decode([]));
    }

    [Fact]
    public void A_span_takes_all_or_nothing()
    {
        HuggingFaceTokenizer tokenizer = Json.Tokenizer(Json.WordPiece("[UNK]", "a", "##b"));
        Span<char> room = stackalloc char[5];
        Assert.Equal(OperationStatus.Done, tokenizer.Decode([1, 2], room, out int used, out int written));
        Assert.Equal((2, 5, "a ##b"), (used, written, room.ToString()));
        Assert.Equal(OperationStatus.DestinationTooSmall, tokenizer.Decode([1, 2], room[..4], out used, out written));
        Assert.Equal((0, 0), (used, written));
    }
}
