using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.Tokenization;

/// <summary>Where a model's templates are read from.</summary>
public sealed class ChatTemplatesTests
{
    private const string Named =
        """
        {"chat_template": [
            {"name": "default", "template": "D"}, {"name": "tool_use", "template": "T"}, {"name": "rag", "template": "R"}]}
        """;

    [Fact]
    public void A_field_has_one_template_or_named_ones()
    {
        ChatTemplates one = ChatTemplates.Read(Json.Files(("tokenizer_config.json", """{"chat_template": "{{ 1 }}"}""")))!;
        Assert.Equal("{{ 1 }}", one.For(hasTools: true)!.Source);
        ChatTemplates many = ChatTemplates.Read(Json.Files(("tokenizer_config.json", Named)))!;
        Assert.Equal(("D", "T", "R"), (many.For(hasTools: false)!.Source, many.For(hasTools: true)!.Source, many.Find("rag")!.Source));
        Assert.Null(many.Find("other"));
    }

    [Fact]
    public void A_file_comes_before_the_field()
    {
        ChatTemplates templates = ChatTemplates.Read(Json.Files(("tokenizer_config.json", Named), ("chat_template.jinja", "\ufeffF")))!;
        Assert.Equal("F", templates.For(hasTools: true)!.Source);
        Assert.Equal(["default"], templates.Names);
    }

    [Fact]
    public void A_folder_may_have_additional_ones()
    {
        using var folder = new TemporaryFolder();
        folder.Write("vocab.txt", "[UNK]\na\n");
        folder.Write("chat_template.jinja", "F");
        Directory.CreateDirectory(folder.File("additional_chat_templates"));
        folder.Write("additional_chat_templates/tool_use.jinja", "X");
        TokenizerFiles files = TokenizerFiles.Read(folder.Path, null);
        ChatTemplates templates = ChatTemplates.Read(files, folder.Path)!;
        Assert.Equal(("F", "X"), (templates.For(hasTools: false)!.Source, templates.For(hasTools: true)!.Source));
        // A saved model carries the default.
        Assert.Equal("F", ChatTemplates.Read(new TokenizerFiles("model.zip", files.Content))!.For(hasTools: false)!.Source);
    }

    [Fact]
    public void A_model_may_have_none()
    {
        Assert.Null(ChatTemplates.Read(Json.Files(("tokenizer_config.json", "{}"))));
        Assert.Null(ChatTemplates.Read(Json.Files(("tokenizer_config.json", """{"chat_template": null}"""))));
    }

    [Theory]
    [InlineData("""{"chat_template": 3}""", "chat_template")]
    [InlineData("""{"chat_template": [{"name": "a"}]}""", "chat_template[0].template")]
    [InlineData("""{"chat_template": [{"name": "a", "template": "{{"}]}""", "chat_template[0].template")]
    [InlineData("""{"chat_template": [{"name": "a", "template": ""}, {"name": "a", "template": ""}]}""", "chat_template[1].name")]
    public void A_field_that_is_none_is_refused_by_name(string config, string field)
    {
        var fault = Assert.Throws<CheckpointFormatException>(() => ChatTemplates.Read(Json.Files(("tokenizer_config.json", config))));
        Assert.Equal((Path.Combine("folder", "tokenizer_config.json"), field), (fault.File, fault.Field));
    }

    [Fact]
    public void A_file_that_is_not_text_is_refused()
    {
        var files = new TokenizerFiles("folder", new Dictionary<string, byte[]> { ["chat_template.jinja"] = [0x61, 0xff] });
        Assert.Contains("UTF-8", Assert.Throws<CheckpointFormatException>(() => ChatTemplates.Read(files)).Reason);
    }
}
