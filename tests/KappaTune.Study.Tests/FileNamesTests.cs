using Microsoft.ML.KappaTune.Study;

namespace Microsoft.ML.KappaTune.Tests.Study;

public class FileNamesTests
{
    [Theory]
    [InlineData("w/train.tsv data/held-out-books.txt", "train|held-out-books")]
    [InlineData("w/train.tsv a/test.txt b/test.txt", "train|a test|b test")]
    [InlineData("a/train.tsv b/train.txt c/test.txt", "a train|b train|test")]
    [InlineData("/x.txt y/x.txt", "x|y x")]
    public void Files_have_their_own_name_and_the_folders_where_two_are_the_same(string paths, string titles) =>
        Assert.Equal(titles, string.Join("|", FileNames.Titles(paths.Split(' '))));
}
