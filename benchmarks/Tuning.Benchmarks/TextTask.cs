/// <summary>A classification task on real texts.</summary>
internal sealed record TextTask(string Name, TextRow[] Train, TextRow[] Test)
{
    /// <summary>Its name for command lines, such as <c>ag-news</c>.</summary>
    public string Id => Name.ToLowerInvariant().Replace(' ', '-');

    public static IEnumerable<TextTask> All(Setting setting)
    {
        int most = setting.Quick ? 3000 : int.MaxValue;
        yield return Files("irony", "irony/train.tsv", "irony/test.tsv");
        yield return Files("AG News", "ag-news/train.tsv", "ag-news/test.tsv");
        // The larger of its files is the test set.
        yield return Files("tweet sentiment", "tweet-sentiment/val.tsv", "tweet-sentiment/test.tsv");
        yield return Detox();

        TextTask Files(string name, string train, string test) =>
            new(name, Corpus.Sample(Read(train), most), Corpus.Sample(Read(test), most));

        // Its test file has few rows: every fifth of the others goes there.
        TextTask Detox()
        {
            TextRow[] rows = Read("wikipedia-detox/wikipedia-detox-250-line-data.tsv"),
                test = Read("wikipedia-detox/wikipedia-detox-250-line-test.tsv");
            return new("Wikipedia detox", [.. rows.Where((_, i) => i % 5 != 0)], [.. test, .. rows.Where((_, i) => i % 5 == 0)]);
        }

        TextRow[] Read(string file) => Corpus.Read(Path.Combine(setting.Data, file));
    }

    /// <summary>The accuracy of always naming the test rows' most frequent class: no constant answer is better.</summary>
    public double MajorityAccuracy() => (double)Test.CountBy(row => row.Label).Max(pair => pair.Value) / Test.Length;
}
