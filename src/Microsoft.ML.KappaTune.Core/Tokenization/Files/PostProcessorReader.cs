using static Microsoft.ML.KappaTune.Tokenization.TemplatePart;

namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>Reads a file's <c>post_processor</c>.</summary>
internal static class PostProcessorReader
{
    public static PostProcessor Read(JsonField? node) => node is { } given ? ReadOne(given) ?? PostProcessor.None : PostProcessor.None;

    /// <summary>Null for one that adds nothing: ByteLevel changes offsets only.</summary>
    private static PostProcessor? ReadOne(JsonField node)
    {
        JsonField type = node.Get("type");
        return type.Text() switch
        {
            "BertProcessing" => PostProcessor.Bert(Token(node.Get("cls")), Token(node.Get("sep"))),
            "RobertaProcessing" => PostProcessor.Roberta(Token(node.Get("cls")), Token(node.Get("sep"))),
            "TemplateProcessing" => ReadTemplate(node),
            "ByteLevel" => null,
            "Sequence" => ReadSequence(node.Get("processors")),
            var other => throw type.Refuse($"the post-processor {other} isn't understood"),
        };
    }

    private static PostProcessor? ReadSequence(JsonField processors)
    {
        PostProcessor[] templates = [.. processors.Items().Select(ReadOne).OfType<PostProcessor>()];
        return templates.Length > 1
            ? throw processors.Refuse("more than one post-processor that adds tokens isn't understood")
            : templates.FirstOrDefault();
    }

    /// <summary>A token and its id: <c>["[SEP]", 102]</c>.</summary>
    private static int Token(JsonField node)
    {
        JsonField[] items = [.. node.Items()];
        return items.Length == 2 ? items[1].Whole() : throw node.Fault("it isn't a token with its id");
    }

    private static PostProcessor ReadTemplate(JsonField node)
    {
        var special = new Dictionary<string, int[]>(StringComparer.Ordinal);
        foreach ((string name, JsonField token) in node.Get("special_tokens").Members())
            special[name] = [.. token.Get("ids").Items().Select(id => id.Whole())];
        TemplatePart[] single = ReadParts(node.Get("single"), special), pair = ReadParts(node.Get("pair"), special);
        if (single.Any(part => part.Kind == PartKind.Second))
            throw node.Get("single").Fault("it has a place for a second text");
        return new PostProcessor(single, pair);
    }

    private static TemplatePart[] ReadParts(JsonField list, Dictionary<string, int[]> special)
    {
        var parts = new List<TemplatePart>();
        foreach (JsonField item in list.Items())
        {
            if (item.Find("Sequence") is { } sequence)
            {
                int typeId = sequence.Get("type_id").Whole();
                JsonField id = sequence.Get("id");
                parts.Add(id.Text() switch
                {
                    "A" => First(typeId),
                    "B" => Second(typeId),
                    _ => throw id.Fault("it is neither A nor B"),
                });
                continue;
            }

            JsonField token = item.Find("SpecialToken") ?? throw item.Refuse("it is neither a Sequence nor a SpecialToken");
            JsonField name = token.Get("id");
            if (!special.TryGetValue(name.Text(), out int[]? ids))
                throw name.Fault($"\"{name.Text()}\" isn't among special_tokens");
            int tokenType = token.Get("type_id").Whole();
            parts.AddRange(ids.Select(id => Special(id, tokenType)));
        }

        return [.. parts];
    }
}
