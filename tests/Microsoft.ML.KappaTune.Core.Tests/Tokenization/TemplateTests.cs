using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.Tokenization;

/// <summary>Post-processors: which special tokens go where.</summary>
public class TemplateTests
{
    private static readonly string Model = Json.WordPiece("<s>", "</s>", "[UNK]", "a", "b");

    private const string RepeatedEnd =
        """
        {"type": "TemplateProcessing",
         "single": [{"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "end", "type_id": 0}}],
         "pair": [{"Sequence": {"id": "B", "type_id": 7}}, {"SpecialToken": {"id": "end", "type_id": 3}},
           {"Sequence": {"id": "A", "type_id": 0}}],
         "special_tokens": {"end": {"id": "end", "ids": [1, 1], "tokens": ["</s>", "</s>"]}}}
        """;

    public static TheoryData<string, int[], int[], int[]> Processors() => new()
    {
        { "null", [3], [3, 4], [0, 1] },
        { """{"type": "ByteLevel", "trim_offsets": true, "add_prefix_space": true}""", [3], [3, 4], [0, 1] },
        { """{"type": "BertProcessing", "sep": ["</s>", 1], "cls": ["<s>", 0]}""", [0, 3, 1], [0, 3, 1, 4, 1], [0, 0, 0, 1, 1] },
        {
            """{"type": "RobertaProcessing", "sep": ["</s>", 1], "cls": ["<s>", 0], "trim_offsets": true, "add_prefix_space": false}""",
            [0, 3, 1], [0, 3, 1, 1, 4, 1], [0, 0, 0, 0, 0, 0]
        },
        { RepeatedEnd, [3, 1, 1], [4, 1, 1, 3], [7, 3, 3, 0] },
        { $$"""{"type": "Sequence", "processors": [{"type": "ByteLevel"}, {{RepeatedEnd}}]}""", [3, 1, 1], [4, 1, 1, 3], [7, 3, 3, 0] },
    };

    [Theory]
    [MemberData(nameof(Processors))]
    public void Special_tokens_go_where_the_file_says(string processor, int[] single, int[] pair, int[] types)
    {
        HuggingFaceTokenizer tokenizer = Json.Tokenizer(Model, $"\"post_processor\": {processor}");
        Assert.Equal(single, tokenizer.Encode("a").Ids);
        Assert.Equal(pair, tokenizer.Encode("a", "b").Ids);
        Assert.Equal(types, tokenizer.Encode("a", "b").TypeIds);
        Assert.Equal(single.Length - 1, tokenizer.SpecialCount(isPair: false));
        Assert.Equal(pair.Length - 2, tokenizer.SpecialCount(isPair: true));
        Assert.Equal([3], tokenizer.EncodeToIds("a"));
    }
}
