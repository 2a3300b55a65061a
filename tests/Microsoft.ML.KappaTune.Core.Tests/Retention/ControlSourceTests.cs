using Microsoft.ML.KappaTune.Retention;

namespace Microsoft.ML.KappaTune.Tests.Retention;

public sealed class ControlSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Texts_in_memory_are_read_as_a_file_of_them_is()
    {
        string[] texts = ["One é sentence. Another.", "", "The 漢字 of a third."];
        var memory = ControlSource.FromTexts("Column Text", texts);
        var file = ControlSource.FromFile(_folder.Write("text.txt", string.Join("\n\n", texts)));
        Assert.Equal(Content(file), Content(memory));
        Assert.Equal(Content(memory), Content(memory));
        Assert.Equal("Column Text", memory.Name);
        Assert.Equal(_folder.File("text.txt"), file.Name);
        Assert.Equal(Places(file), Places(memory));
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
