using KappaTune.Cli.Data;
using Microsoft.ML.KappaTune.Study;
using Microsoft.ML.KappaTune.Tasks.Classification;
using Microsoft.ML.KappaTune.Tests;

namespace KappaTune.Cli.Tests.Data;

/// <summary>A task's rows as they stand in files, and what needs no base model.</summary>
public sealed class TaskRowsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Rows_are_read_as_they_stand_and_those_without_a_label_left_out()
    {
        TaskRows rows = Read("Kind\tA\tB\nz\tone\tuno\n\ttwo\tdue\nb\tthree\ttre\n", "Kind\tA\tB\nb\tfour\tquattro\n", pairs: true);
        Assert.Equal(["b", "z"], rows.Classes);
        Assert.Equal([new TextExample("one", "uno", 1), new TextExample("three", "tre", 0)], rows.Train);
        Assert.Equal([new TextExample("four", "quattro", 0)], rows.Test);
        Assert.Null(Read("Kind\tA\nz\tone\nb\ttwo\n", "Kind\tA\nb\tthree\n").Train[0].Pair);
    }

    [Fact]
    public void A_limit_takes_rows_evenly()
    {
        string train = "Kind\tA\n" + string.Concat(Enumerable.Range(0, 10).Select(i => $"{(i < 5 ? "a" : "b")}\t{i}\n"));
        TaskRows rows = Read(train, "Kind\tA\na\tx\n", limit: 4);
        Assert.Equal(["0", "2", "5", "7"], rows.Train.Select(row => row.Text));
        Assert.Equal([0, 0, 1, 1], rows.Train.Select(row => row.Label));
        Assert.Equal(10, Read(train, "Kind\tA\na\tx\n", limit: 99).Train.Count);
    }

    [Fact]
    public void Other_rows_are_another_task()
    {
        const string Train = "Kind\tA\na\tone\nb\ttwo\n", Test = "Kind\tA\na\tthree\n";
        string[] fingerprints =
        [
            Read(Train, Test).Fingerprint(),
            Read(Train.Replace("one", "One"), Test).Fingerprint(),
            Read(Train, Test.Replace("three", "two")).Fingerprint(),
            Read(Train.Replace("a\tone", "b\tone").Replace("b\ttwo", "a\ttwo"), Test).Fingerprint(),
            Read(Train.Replace("b\t", "c\t"), Test).Fingerprint(),
            Read(Train, Test, limit: 1).Fingerprint(),
        ];
        Assert.Equal(fingerprints.Length, fingerprints.Distinct().Count());
        Assert.Equal(fingerprints[0], Read(Train, Test).Fingerprint());
    }

    [Fact]
    public void The_most_frequent_class_and_words_alone_are_what_a_base_must_beat()
    {
        IEnumerable<string> Lines(int count, int seed) => TinyModel.Texts(count, seed: seed)
            .Select(row => $"{(row.Class == 0 ? "good" : "bad")}\t{row.Text}").Prepend("Kind\tA");
        string train = string.Join('\n', Lines(60, 1).Append("good\tthe film")),
            test = string.Join('\n', Lines(40, 2).Append("bad\ta meal ."));
        TaskRows rows = Read(train, test);
        // 31 of 61 rows to train on are good; so are 20 of 41 to measure on.
        Assert.Equal(20.0 / 41, rows.MajorityAccuracy(), 1e-12);
        Assert.InRange(rows.BagOfWordsAccuracy(), 0.9, 1);
    }

    private TaskRows Read(string train, string test, bool pairs = false, int? limit = null)
    {
        File.WriteAllText(_folder.File("train.tsv"), train);
        File.WriteAllText(_folder.File("test.tsv"), test);
        return TaskRowFiles.Read(
            new()
            {
                Train = _folder.File("train.tsv"),
                Test = _folder.File("test.tsv"),
                Label = "Kind",
                Text = "A",
                Text2 = pairs ? "B" : null,
                LimitTrain = limit,
            },
            CancellationToken.None);
    }
}
