using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Retention;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.Retention;

public sealed class ControlSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Texts_in_memory_are_read_as_a_file_of_them_is()
    {
        string[] texts = ["One é sentence. Another.", "The 漢字 of a third."];
        var memory = ControlSource.FromTexts("Column Text", texts);
        var file = ControlSource.FromFile(_folder.Write("text.txt", string.Join("\n\n", texts)));
        Assert.Equal(Content(file), Content(memory));
        Assert.Equal(Content(memory), Content(memory));
        Assert.Equal("Column Text", memory.Name);
        Assert.Equal(_folder.File("text.txt"), file.Name);
        Assert.Equal(Places(file), Places(memory));
        Assert.Equal(Content(memory), Content(ControlSource.FromTexts("Column Text", ["", .. texts, " \n"])));
    }

    [Fact]
    public void Errors_name_the_source()
    {
        var source = ControlSource.FromTexts("Column Text", ["too short"]);
        Assert.StartsWith("Column Text has no", Assert.Throws<FormatException>(() => ControlText.Read(source, 5, 10, Letters)).Message);
        Assert.StartsWith(
            "Column Text has no",
            Assert.Throws<FormatException>(() => SentencePairs.Read(source, 5, 10, 0, (text, most) => Letters(text, most).Ids)).Message);
    }

    [Fact]
    public void Equal_texts_have_one_hash_and_others_another()
    {
        string path = _folder.Write("text.txt", "a text");
        string known = ControlSource.FromFile(path).ComputeHash();
        Assert.Equal(known, ControlSource.FromTexts("Column Text", ["a text"]).ComputeHash());
        Assert.NotEqual(known, ControlSource.FromTexts("Column Text", ["a", "text"]).ComputeHash());
        File.WriteAllText(path, "another");
        Assert.NotEqual(known, ControlSource.FromFile(path).ComputeHash());
    }

    [Fact]
    public void The_shipped_sample_is_prose_in_whole_sentences()
    {
        string[] paragraphs = Content(ControlSource.Shipped).TrimEnd('\n').Split("\n\n");
        Assert.InRange(paragraphs.Length, 400, 600);
        Assert.All(paragraphs, paragraph => Assert.Matches("""^["'(]{0,2}[A-Z][^\n\r\t]+[.!?]["')]*$""", paragraph));
        Assert.Contains("English", ControlSource.Shipped.Name);
        // Another sample would give other figures: its README names this one.
        Assert.Equal("D59D45491372133F7A1135A49D0453EE296E814D8C9132F822BCF2949837B8F2", ControlSource.Shipped.ComputeHash());
    }

    [Fact]
    public void The_shipped_sample_has_enough_windows()
    {
        using Checkpoint model = Checkpoint.Open(BaseModel.Embedded);
        EncoderConfig config = EncoderConfig.Read(model);
        HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.Create(TokenizerFiles.Read(model.Folder, model.Config));
        RetentionProbe probe = RetentionProbe.Create(model, config, tokenizer, ControlSource.Shipped, new() { MaxWindows = 400 });
        Assert.Equal(RetentionObjective.MaskedTokens, probe.Objective);
        Assert.Equal(400, probe.Windows.Count);
        // A window ends before a word that it would cut.
        Assert.All(probe.Windows, window => Assert.InRange(window.Ids.Length, 118, 128));
    }

    private static string Content(ControlSource source)
    {
        using var reader = new StreamReader(source.Open());
        return reader.ReadToEnd();
    }

    private static string[] Places(ControlSource source)
    {
        using var places = new TextPlaces(source, bytes: 9);
        return [.. Enumerable.Range(0, 4).Select(place => places.At(place, 4, out _))];
    }

    /// <summary>A token every two letters, so that a short text has few.</summary>
    private static (int[] Ids, int Length) Letters(string text, int most)
    {
        int[] ids = [.. text.Where((_, i) => i % 2 == 0).Take(most).Select(letter => (int)letter)];
        return (ids, Math.Min(text.Length, ids.Length * 2));
    }
}
